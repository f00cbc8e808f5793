"""Comparing two sets of ids that fit into no memory: sums of hashes, in buckets. What differs is looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

BUCKETS = 4096
_MASK = (1 << 128) - 1


class Fingerprint:
    """A multiset of ids as a count and a sum in each of 4,096 buckets. A sum, not XOR: a doubled id must show."""

    def __init__(self) -> None:
        self._counts = [0] * BUCKETS
        self._sums = [0] * BUCKETS

    def add(self, ids: Iterable[str]) -> None:
        """Put ids in."""
        for each in ids:
            number = int.from_bytes(blake2b(each.encode(), digest_size=16).digest(), "big")
            bucket = number % BUCKETS
            self._counts[bucket] += 1
            self._sums[bucket] = (self._sums[bucket] + number) & _MASK

    def differing(self, other: Fingerprint) -> frozenset[int]:
        """The buckets in which the two sets are not the same."""
        return frozenset(
            bucket
            for bucket in range(BUCKETS)
            if self._counts[bucket] != other._counts[bucket] or self._sums[bucket] != other._sums[bucket]
        )


def bucket_of(each: str) -> int:
    """The bucket in which an id is counted."""
    return int.from_bytes(blake2b(each.encode(), digest_size=16).digest(), "big") % BUCKETS
