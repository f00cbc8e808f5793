"""The language of routing plans: who may serve a contact, in one expression. It reads values, and does nothing else.

    expression  = conjunction { OR conjunction }
    conjunction = negation { AND negation }
    negation    = NOT negation | "(" expression ")" | test
    test        = "has" "(" field ")" | "true" | "false" | flag field | comparison
    comparison  = side ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) side | side [ NOT ] IN side
    side        = field | list | value
    field       = ( "contact" | "customer" | "agent" | "skill" ) ( "." word | "[" text "]" )
    list        = "[" value { "," value } "]"
    value       = text | number | "true" | "false"
    text        = '"' { character | escape } '"' | "'" { character | escape } "'"         within one line
    escape      = "\\" ( '"' | "'" | "\\" | "n" | "t" | "r" | "u" 4 * hexadecimal digit )
    number      = [ "-" ] digit { digit } [ "." digit { digit } ]
    word        = ( letter | "_" ) { letter | digit | "_" | "-" }                          ASCII letters

Keywords are read in small and capital letters; `str()` writes AND, OR and NOT large and all others small.

*Not there.* A comparison with something that is not there is false, `!=` and `not in` included, and its NOT is true;
`has( )` tests presence. So every test is true or false and there is no third value as in SQL: NOT, AND and OR mean what
they mean in speech, and a plan can be simplified by the laws of logic. `!=` asks for another value, not for none: an
attribute that a channel did not send fulfils no comparison, whichever way it is written; who means "or not there" says
so by NOT. Empty texts and lists, and values of another kind than declared, are not there.

*Kinds.* Each field has one (`Kind`); comparisons that could never be meant are found when the text is parsed. Texts are
compared exactly; < and > are for numbers and levels. A level (1 to 5) is compared with levels.

*Limits.* 2,000 characters (in canonical spelling too), 20 nested parentheses or NOTs, 200 entries in a list.

Nothing here imports the hub, and nothing is evaluated as Python.
"""

from __future__ import annotations

from routing.expressions.errors import ExpressionError, Problem
from routing.expressions.expression import Expression, from_requires, parse
from routing.expressions.kinds import Kind
from routing.expressions.schema import Field, Schema
from routing.expressions.sentences import SENTENCES

__all__ = ["SENTENCES", "Expression", "ExpressionError", "Field", "Kind", "Problem", "Schema", "from_requires", "parse"]
