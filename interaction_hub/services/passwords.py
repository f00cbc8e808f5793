"""What a new password must be. No hashing here, and no storage."""

from __future__ import annotations

from interaction_hub.domain.text import is_storable

MIN_PASSWORD = 10
MAX_PASSWORD = 500
MIN_DIFFERENT = 2
"""A password of so many different characters is no password."""


def weakness(password: str, *forbidden: str) -> str:
    """What is wrong with a new password, in words; empty if nothing is."""
    if len(password) < MIN_PASSWORD:
        return f"A password has at least {MIN_PASSWORD} characters."
    if len(password) > MAX_PASSWORD:
        return f"A password has at most {MAX_PASSWORD} characters."
    if not is_storable(password):
        return "This password has a character that cannot be typed again."
    plain = password.strip().lower()
    if any(plain == word.strip().lower() for word in forbidden if word) or len(set(plain)) <= MIN_DIFFERENT:
        return "This password is too easily guessed: not your name, not one sign again and again."
    return ""
