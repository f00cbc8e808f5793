"""Which client a request comes from: the peer, or what our own proxies say of it. For limits; it lets nobody in."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from aiohttp import web

from interaction_hub.web.middleware import OPTIONS

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_CUSTOMER_BITS = 64
"""What a provider gives to one customer: whoever may choose among the addresses in it is one client (RFC 6177)."""


def client_address(request: web.Request) -> str:
    """The peer, or what a configured proxy says of it (A27). Of IPv6 it is the network of one customer."""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
    return client_of(request.remote or "", forwarded, request.app[OPTIONS].trusted_proxies)


def client_of(peer: str, forwarded: str, proxies: Sequence[str]) -> str:
    """From the nearest hop outwards, the first that is no proxy of ours. What is no address ends the walk before it.

    `forwarded` are all X-Forwarded-For lines in one: some proxies add a line of their own to what the client sent.
    """
    known = _parsed(peer)
    if known is None:
        return peer
    for hop in reversed(forwarded.split(",")):
        if not _trusted(known, proxies) or (further := _parsed(hop)) is None:
            break
        known = further
    return _client(known)


def _parsed(hop: str) -> Address | None:
    """The address of a hop; some proxies write the port, too."""
    text = hop.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def _trusted(address: Address, proxies: Sequence[str]) -> bool:
    return any(address in _network(proxy) for proxy in proxies)


@lru_cache(maxsize=256)
def _network(proxy: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(proxy, strict=False)


def _client(address: Address) -> str:
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), _CUSTOMER_BITS), strict=False))
