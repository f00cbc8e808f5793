"""What we sign for visitors (JWT, HS256): the session's token for minutes, and the credential of a stranger for months.

Each kind has a key and a `typ` of its own, both derived for one account: none can ever be taken for another. Nothing is
stored, so nothing here can be ended early: tokens are short, and a credential only says "the same browser as before".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from channels.errors import BadPayload, BadSignature
from channels.messages import AddressKind, Visitor
from channels.webchat.address import stranger_address

SESSION_SECONDS = 600
CREDENTIAL_SECONDS = 180 * 86_400
SECOND = 1_000_000

_ALGORITHM = "HS256"
# A token travels in a header, and web servers take 8 KB there. The longest honest one has about 6,000 characters.
_MAX_TOKEN = 8000
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# Nothing that would name a key (jku, jwk, x5u, x5c), change what is signed (b64) or must be understood (crit).
_HEADERS = frozenset({"alg", "typ", "kid", "cty"})
_REGISTRY = JWSRegistry(algorithms=[_ALGORITHM])
_MIN_KEY = 32


def derive(key: bytes, label: str) -> str:
    """A secret of its own for this purpose: 43 characters, base64url of HMAC-SHA256. None leads back to the key."""
    if len(key) < _MIN_KEY:
        raise ValueError(f"the key must have {_MIN_KEY} bytes at least")
    digest = hmac.digest(key, label.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sign(claims: Mapping[str, Any], secret: str, kind: str) -> str:
    """A JWT of this kind."""
    return jwt.encode({"alg": _ALGORITHM, "typ": kind}, dict(claims), _key(secret), registry=_REGISTRY)


def read(token: str, secret: str, *kinds: str) -> dict[str, Any] | None:
    """The claims, or None if another secret signed it. Raises `BadSignature` for what is no token of these kinds."""
    if len(token) > _MAX_TOKEN or not _SHAPE.fullmatch(token):
        raise BadSignature("this is no token")
    try:
        found = jwt.decode(token, _key(secret), registry=_REGISTRY)
    except BadSignatureError:
        return None
    except Exception as error:  # noqa: BLE001 - a checker that fails must refuse, whatever the reason (A1)
        raise BadSignature(f"the token cannot be read: {type(error).__name__}") from None
    if not _HEADERS.issuperset(found.header) or found.header["alg"] != _ALGORITHM:
        raise BadSignature("the token's header has more than alg, typ and kid")
    if found.header.get("typ", "") not in kinds:
        raise BadSignature("the token is of another kind")
    return found.claims


def moment(claims: Mapping[str, Any], name: str) -> int | None:
    """A claim's time in µs, None if it is absent. Raises `BadSignature` for what is no time."""
    value = claims.get(name)
    if value is None:
        return None
    # No bool, and within the years that a float holds to the microsecond: NaN and infinity compare as neither.
    if type(value) not in (int, float) or not 0 <= value <= 10**11:
        raise BadSignature(f"{name} is not a time in seconds")
    return int(value * SECOND)


class Signer:
    """Signs and reads our own tokens of one account."""

    def __init__(self, account: str, key: bytes) -> None:
        self._sessions = derive(key, f"session:{account}")
        self._credentials = derive(key, f"credential:{account}")

    def session(self, visitor: Visitor) -> str:
        """The token of a visitor, until `visitor.until` (whole seconds)."""
        claims = {
            "site": visitor.site,
            "sub": visitor.value,
            "verified": visitor.verified,
            "name": visitor.name,
            "vouched": [[kind.value, value] for kind, value in visitor.vouched],
            "exp": visitor.until // SECOND,
        }
        return sign(claims, self._sessions, "hub-session")

    def visitor(self, token: str, now: int) -> Visitor:
        """Who holds it. Raises `BadSignature`."""
        claims = read(token, self._sessions, "hub-session")
        if claims is None:
            raise BadSignature("the token was not signed by us")
        until = moment(claims, "exp")
        if until is None or until <= now:
            raise BadSignature("the token is over")
        return Visitor(
            site=claims["site"],
            value=claims["sub"],
            verified=claims["verified"] is True,
            until=until,
            name=claims["name"],
            vouched=tuple((AddressKind(kind), value) for kind, value in claims["vouched"]),
        )

    def credential(self, site: str, stranger: str, now: int) -> str:
        """What a stranger's browser keeps to be known again on this site."""
        claims = {"site": site, "sub": stranger, "exp": now // SECOND + CREDENTIAL_SECONDS}
        return sign(claims, self._credentials, "hub-visitor")

    def stranger(self, credential: str, site: str, now: int) -> str | None:
        """The stranger who kept it, or None if it is not ours, not of this site, or over."""
        try:
            claims = read(credential, self._credentials, "hub-visitor")
            if claims is None or claims["site"] != site or (moment(claims, "exp") or 0) <= now:
                return None
            return stranger_address(claims["sub"])
        except (BadSignature, BadPayload):
            return None


def _key(secret: str) -> OctKey:
    return OctKey.import_key(secret.encode())
