"""The grammar by recursive descent: tokens in, a syntax tree with places out. Stops at the first error."""

from __future__ import annotations

from typing import NoReturn, cast

from routing.expressions.errors import ExpressionError, Place, problem_at
from routing.expressions.schema import SOURCES
from routing.expressions.syntax import (
    Compared,
    Joined,
    ListLiteral,
    Literal,
    Negated,
    Presence,
    Reference,
    Side,
    Tree,
)
from routing.expressions.terms import Operator
from routing.expressions.tokens import Sort, Token, tokens

DEPTH_LIMIT = 20
"""Parentheses and NOTs inside each other; it keeps every recursion of this package far from Python's limit."""

LIST_LIMIT = 200
EXAMPLES = {"contact": "channel", "customer": "tier", "agent": "login", "skill": "german"}
_ORDERS = ("=", "!=", "<", "<=", ">", ">=")


def tree(text: str) -> Tree:
    """The syntax tree of the whole text. Raises `ExpressionError` with one problem."""
    return _Grammar(text).whole()


class _Grammar:
    """A cursor over the tokens; one method a rule of the grammar in the package's docstring."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._now = next(self._tokens)
        self._depth = 0

    def whole(self) -> Tree:
        """One expression and nothing after it."""
        if self._ended():
            self._fail("empty")
        found = self._expression()
        if not self._ended():
            self._unexpected("expected_end")
        return found

    def _ended(self) -> bool:
        return self._now.sort is Sort.END

    def _expression(self) -> Tree:
        items = [self._conjunction()]
        while self._take("or"):
            items.append(self._conjunction())
        return items[0] if len(items) == 1 else Joined("or", tuple(items))

    def _conjunction(self) -> Tree:
        items = [self._negation()]
        while self._take("and"):
            items.append(self._negation())
        return items[0] if len(items) == 1 else Joined("and", tuple(items))

    def _negation(self) -> Tree:
        opening = self._take("not") or self._take("(")
        if opening is None:
            return self._test()
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            self._fail("too_deep", opening.place, limit=str(DEPTH_LIMIT))
        found = Negated(self._negation()) if opening.value == "not" else self._expression()
        if opening.value == "(":
            self._close(")")
        self._depth -= 1
        return found

    def _test(self) -> Tree:
        if has := self._take("has"):
            return self._presence(has)
        left = self._side("expected_test")
        operator, sign = self._operator()
        if operator is None:
            return Compared(left, None, None, left.place)
        right = self._side("expected_operand")
        if self._now.sort is Sort.SIGN and self._now.value in _ORDERS:
            self._fail("chained")
        return Compared(left, operator, right, sign)

    def _presence(self, has: Token) -> Presence:
        self._close("(")
        if self._now.sort is not Sort.WORD:
            self._unexpected("expected_field")
        reference = self._reference()
        end = self._close(")")
        return Presence(reference, has.place.to(end.place))

    def _operator(self) -> tuple[Operator | None, Place]:
        first = self._now
        if first.sort is Sort.SIGN and first.value in _ORDERS:
            self._next()
            return cast("Operator", first.value), first.place
        if self._take("in"):
            return "in", first.place
        if self._take("not"):
            last = self._take("in")
            if last is None:
                self._unexpected("expected_in")
            return "not in", first.place.to(last.place)
        return None, first.place

    def _side(self, missing: str) -> Side:
        """One side of a comparison; `missing` is the code of the error when there is none."""
        if self._now.sort is Sort.WORD:
            return self._reference()
        if opening := self._take("["):
            return self._list(opening)
        literal = self._literal()
        if literal is None:
            self._unexpected(missing)
        return literal

    def _literal(self) -> Literal | None:
        token = self._now
        if token.sort in (Sort.TEXT, Sort.NUMBER):
            self._next()
            return Literal(token.value, token.place)
        if self._take("true") or self._take("false"):
            return Literal(token.value == "true", token.place)
        return None

    def _list(self, opening: Token) -> ListLiteral:
        if closing := self._take("]"):
            self._fail("empty_list", opening.place.to(closing.place))
        members: list[Literal] = []
        while True:
            member = self._literal()
            if member is None:
                self._unexpected("expected_member")
            members.append(member)
            if len(members) > LIST_LIMIT:
                self._fail("list_too_long", member.place, limit=str(LIST_LIMIT))
            if closing := self._take("]"):
                return ListLiteral(tuple(members), opening.place.to(closing.place))
            if not self._take(","):
                self._unexpected("expected_separator")

    def _reference(self) -> Reference:
        source = self._next()
        word = str(source.value)
        if self._take("."):
            name = self._now
            if name.sort not in (Sort.WORD, Sort.KEYWORD):
                self._no_name(word)
            self._next()
            written = self._text[name.place.start : name.place.start + name.place.length]
            return Reference(word, written, source.place.to(name.place))
        if word in SOURCES and self._take("["):
            name = self._now
            if name.sort is not Sort.TEXT:
                self._no_name(word)
            self._next()
            return Reference(word, str(name.value), source.place.to(self._close("]").place))
        return Reference(word, None, source.place)

    def _no_name(self, source: str) -> NoReturn:
        self._unexpected("expected_name", source=source, example=EXAMPLES.get(source, "name"))

    def _next(self) -> Token:
        token, self._now = self._now, next(self._tokens, self._now)
        return token

    def _take(self, value: str) -> Token | None:
        """The token, if it is this sign or keyword; then the cursor moves on."""
        if self._now.sort in (Sort.SIGN, Sort.KEYWORD) and self._now.value == value:
            return self._next()
        return None

    def _close(self, sign: str) -> Token:
        token = self._take(sign)
        if token is None:
            self._unexpected("expected_closing", sign=sign)
        return token

    def _unexpected(self, code: str, **values: str) -> NoReturn:
        """Something else stands here than what was expected."""
        place = self._now.place
        written = self._text[place.start : place.start + min(place.length, 40)]
        self._fail(code, place, found=written or "the end", **values)

    def _fail(self, code: str, place: Place | None = None, **values: str) -> NoReturn:
        """Give up, at the present token if no other place is named."""
        raise ExpressionError(self._text, (problem_at(self._text, place or self._now.place, code, **values),))
