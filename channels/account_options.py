"""Reads one account's options, as they stand in hub.toml, into values; each error names the key and what is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from channels.errors import ChannelError

_T = TypeVar("_T", bool, float, int, str)


class BadOption(ChannelError):
    """One option of an account is wrong: `key` is its name, `right` says what would be accepted."""

    def __init__(self, account: str, key: str, right: str) -> None:
        super().__init__(f'channel account "{account}": option "{key}": {right}')
        self.account = account
        self.key = key
        self.right = right


class OptionReader:
    """Takes options out one by one; `done()` refuses what nobody asked for, so that a typing error is found."""

    def __init__(self, account: str, options: Mapping[str, object]) -> None:
        self._account = account
        self._left = dict(options)
        self._known: list[str] = []

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and not be blank."""
        value = self._take(key, str, default, "must be a text in quotes")
        if default is None and not value.strip():
            raise self.wrong(key, "must not be empty")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """`true` or `false`."""
        return self._take(key, bool, default, "must be true or false")

    def number(self, key: str, default: float, *, above: float, up_to: float) -> float:
        """A number in (above, up_to]."""
        right = f"must be a number above {above:g} and up to {up_to:g}"
        value = self._take(key, float, default, right)
        if not above < value <= up_to:
            raise self.wrong(key, right)
        return value

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of texts; without a default it must be there and have one at least."""
        right = 'must be a list of texts, such as ["one", "two"]'
        self._known.append(key)
        value = self._left.pop(key, default)
        if (
            isinstance(value, str)
            or not isinstance(value, Sequence)
            or not all(isinstance(item, str) for item in value)
        ):
            raise self.wrong(key, right if value is not None else "is missing: " + right)
        if default is None and not value:
            raise self.wrong(key, "must name one at least")
        return tuple(value)

    def done(self) -> None:
        """Raises `BadOption` if an option is left that this kind does not have."""
        for key in self._left:
            raise self.wrong(
                key, "is not an option of this kind; there are: " + (", ".join(sorted(self._known)) or "none")
            )

    def wrong(self, key: str, right: str) -> BadOption:
        """The error for an option; it never repeats the value, which may be a secret."""
        return BadOption(self._account, key, right)

    def _take(self, key: str, kind: type[_T], default: _T | None, right: str) -> _T:
        self._known.append(key)
        value = self._left.pop(key, default)
        if value is None:
            raise self.wrong(key, "is missing: it " + right)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind):
            raise self.wrong(key, right)
        return value
