"""Random well-typed expressions, as plain tuples with a text and a meaning of their own.

Nothing of the package is used for the meaning: `truth` reads the documentation's rules and raw data.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Tree = tuple[Any, ...]
Facts = dict[str, dict[str, Any]]
"""contact, customer and agent → field → raw value."""

FIELDS = {
    "text": ["contact.language", "contact.order", "customer.owner", "agent.login", "agent.team"],
    "number": ["contact.band", "customer.since", "agent.desk", "agent.floor"],
    "level": ["contact.difficulty", "skill.german", "skill.sofas", 'skill["zh.hans"]'],
    "flag": ["contact.urgent", "customer.vip", "agent.senior"],
    "texts": ["contact.tags", "agent.languages", "agent.backs-up"],
}
TEXTS = ["de", "en", 'a "b" \\ c', "李静\n", "x.y"]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(TEXTS),
    "number": st.sampled_from([-1, 0, 1, 2, 2.5, 3, 7.0, 0.001]),
    "level": st.integers(1, 5),
    "flag": st.booleans(),
}
ODD = st.sampled_from([None, "", 0, 6, True, "de", [], ["", 3], 2.0, float("nan"), 10**20, {}])
"""What data may hold that is not of the declared kind, or is only sometimes."""


def _field(kind: str) -> st.SearchStrategy[Tree]:
    return st.sampled_from(FIELDS[kind]).map(lambda name: ("field", kind, name))


def _comparison(kind: str) -> st.SearchStrategy[Tree]:
    field, value = _field(kind), VALUES[kind].map(lambda v: ("value", kind, v))
    signs = ["=", "!=", "<", "<=", ">", ">="] if kind in ("number", "level") else ["=", "!="]
    sides = st.one_of(st.tuples(field, value), st.tuples(value, field), st.tuples(field, field))
    return st.tuples(sides, st.sampled_from(signs)).map(lambda c: ("compare", c[0][0], c[1], c[0][1]))


def _membership(kind: str) -> st.SearchStrategy[Tree]:
    listed = st.lists(VALUES[kind], min_size=1, max_size=3).map(lambda v: ("value", "list", v))
    sides = st.tuples(_field(kind), listed)
    if kind == "text":
        left = st.one_of(_field("text"), VALUES["text"].map(lambda v: ("value", "text", v)))
        sides = st.one_of(sides, st.tuples(left, _field("texts")))
    return st.tuples(sides, st.sampled_from(["in", "not in"])).map(lambda c: ("compare", c[0][0], c[1], c[0][1]))


TESTS = st.one_of(
    st.booleans().map(lambda value: ("constant", value)),
    st.one_of([_field(kind) for kind in FIELDS]).map(lambda field: ("has", field)),
    _field("flag"),
    *(_comparison(kind) for kind in ("text", "number", "level", "level", "flag")),
    *(_membership(kind) for kind in ("text", "number", "level")),
)


def depth(tree: Tree) -> int:
    """How deep `text` nests it: a NOT and the parentheses after it are two."""
    if tree[0] == "not":
        return 2 + depth(tree[1])
    return 1 + max(depth(item) for item in tree[1]) if tree[0] in ("and", "or") else 0


TREES: st.SearchStrategy[Tree] = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        inner.map(lambda item: ("not", item)),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4)),
    ),
    max_leaves=10,
).filter(lambda tree: depth(tree) <= 20)


def _facts(source: str) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name.split(".")[1]: kind for kind in FIELDS for name in FIELDS[kind] if name.startswith(source + ".")}
    values = {**VALUES, "texts": st.lists(VALUES["text"], max_size=3)}
    return st.fixed_dictionaries(
        {}, optional={name: st.one_of(values[k], values[k], ODD) for name, k in fields.items()}
    )


SKILLS = st.fixed_dictionaries(
    {}, optional={key: st.one_of(VALUES["level"], ODD) for key in ("german", "sofas", "zh.hans")}
)
CONTACTS, CUSTOMERS = _facts("contact"), _facts("customer")
AGENTS = st.tuples(_facts("agent"), SKILLS).map(lambda both: {**both[0], "skills": both[1]})


def text(tree: Tree) -> str:
    """The tree as somebody might write it, with more parentheses than are needed."""
    word, *parts = tree
    if word == "constant":
        return "true" if parts[0] else "FALSE"
    if word == "field":
        return str(parts[1])
    if word == "value":
        return _literal(parts[1])
    if word == "has":
        return f"has( {text(parts[0])} )"
    if word == "not":
        return f"NOT ({text(parts[0])})"
    if word == "compare":
        return f"{text(parts[0])} {parts[1]} {text(parts[2])}"
    return f" {word} ".join(f"({text(item)})" for item in parts[0])


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ",".join(_literal(member) for member in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("\n", "\\n") + "'"
    return str(value).lower()


def truth(tree: Tree, facts: Facts) -> bool:
    """What the tree says of these facts."""
    word, *parts = tree
    if word == "constant":
        return bool(parts[0])
    if word == "field":
        return _value(tree, facts) is True
    if word == "has":
        return _value(parts[0], facts) is not None
    if word == "not":
        return not truth(parts[0], facts)
    if word == "and":
        return all(truth(item, facts) for item in parts[0])
    if word == "or":
        return any(truth(item, facts) for item in parts[0])
    left, right = _value(parts[0], facts), _value(parts[2], facts)
    if left is None or right is None:
        return False
    return {
        "=": lambda: left == right,
        "!=": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
        "in": lambda: left in right,
        "not in": lambda: left not in right,
    }[parts[1]]()


def _value(side: Tree, facts: Facts) -> Any:
    word, kind, what = side
    if word == "value":
        return what
    if what.startswith("skill"):
        key = "zh.hans" if "zh" in what else what.split(".")[1]
        return _there(kind, facts["agent"]["skills"].get(key))
    source, name = what.split(".")
    return _there(kind, facts[source].get(name))


def _there(kind: str, raw: Any) -> Any:
    """The raw value if it is of the declared kind and says something."""
    if kind == "text":
        fits = isinstance(raw, str) and raw != ""
    elif kind == "flag":
        fits = raw is True or raw is False
    elif kind == "level":
        fits = type(raw) is int and raw in range(1, 6)
    elif kind == "number":
        fits = type(raw) in (int, float) and abs(raw) < 10**15
    else:
        members = [member for member in raw if isinstance(member, str) and member] if isinstance(raw, list) else []
        return members or None
    return raw if fits else None
