"""What stands on this machine: settings, secret key, disk, certificate."""

from __future__ import annotations

import os
import shutil
import ssl
import stat
import time
from pathlib import Path

from interaction_hub.errors import StartRefused
from interaction_hub.services.diagnosis.findings import Case, Finding, fail, ok, warn
from interaction_hub.settings import SECRET_BYTES, Server, check_listening, is_loopback

LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000
"""Bytes of free disk below which to warn, and below which a commit may soon fail."""
DAYS_LEFT = 14
_DAY = 86_400
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED


def look_at_settings(case: Case) -> list[Finding]:
    """Where the hub listens, and whether browsers stay signed in there (decisions 28)."""
    accounts = ", ".join(f"{channel.account} ({channel.kind})" for channel in case.settings.channel)
    found = [ok("settings", f"{case.origin}; accounts: {accounts or 'none'}")]
    if not case.settings.channel:
        found = [warn("settings", f"{case.origin}; no account", "add a [[channel]] block: channels.example.toml")]
    try:
        check_listening(case.settings)
    except StartRefused as refused:
        return [*found, fail("sign-in", str(refused), "change it in hub.toml: the hub would not start")]
    return [*found, _sign_in(case.settings.server)]


def _sign_in(server: Server) -> Finding:
    where = f"listens on {server.host} port {server.port}"
    if server.plain_cookie:
        words = f"{where}, plain_cookie = true: whoever reads along on the network can sign in as anybody"
        return warn("sign-in", words, "give a certificate or a proxy with https, and take plain_cookie out")
    behind = (server.public_url or "").startswith("https://") and server.tls_cert is None
    if behind and not server.trusted_proxies:
        words = f"{where}, behind a proxy that it does not know: all people seem to come from one address"
        return warn("sign-in", words, 'name the proxy: server.trusted_proxies = ["127.0.0.1"], or its own address')
    if is_loopback(server.host) and not server.public_url:
        return ok("sign-in", f"{where}: from this machine alone")
    return ok("sign-in", f"{where}; session cookies hold")


def look_at_secret(path: Path) -> tuple[Finding, bytes | None]:
    """The secret key, if it is there; it is never made here."""
    subject = "secret key"
    try:
        mode, secret = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        words, advice = f"{path} is not there", "`interaction-hub init` makes it; after a move, restore the old one"
        return fail(subject, words, advice), None
    except OSError as error:
        advice = "run doctor as the user of the hub, for example with sudo -u"
        return fail(subject, f"{path}: {error.strerror}", advice), None
    if len(secret) != SECRET_BYTES:
        return fail(subject, f"{path} does not hold {SECRET_BYTES} bytes", "restore it from a backup"), None
    if mode & stat.S_IRWXO:
        return fail(subject, f"{path} is open to everybody", f"chmod 600 {path}"), secret
    if mode & stat.S_IRWXG:
        return warn(subject, f"{path} is open to a group (mode {stat.S_IMODE(mode):04o})", f"chmod 600 {path}"), secret
    return ok(subject, f"{path}, mode {stat.S_IMODE(mode):04o}"), secret


def look_at_disk(directory: Path) -> Finding:
    """Free space where the data stand."""
    while not directory.exists() and directory != directory.parent:
        directory = directory.parent  # before `init` there is no folder yet
    try:
        free = shutil.disk_usage(directory).free
    except OSError as error:
        return fail("disk", f"{directory}: {error.strerror}", "make the folder, or run doctor where the hub runs")
    words = f"{free / 1e9:.1f} GB free at {directory}"
    if free < TOO_LITTLE:
        return fail("disk", words, "make room now: without it nothing can be committed, and webhooks are refused")
    if free < LITTLE:
        return warn("disk", words, "make room soon")
    if not os.access(directory, os.W_OK):
        return warn("disk", f"{words}, and this user may not write there", "run doctor as the user of the hub")
    return ok("disk", words)


def look_at_certificate(cert: Path, key: Path) -> Finding:
    """Whether certificate and key can be read, belong together and hold today."""
    subject = "certificate"
    try:
        until = _not_after(cert, key)
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == _EXPIRED:
            return fail(subject, f"{cert} is over", "renew it, and restart the hub")
        return fail(subject, f"{cert}: {error.verify_message}", "put the right chain there: own certificate first")
    except ssl.SSLError as error:
        words = f"{cert} and {key} cannot be used together: {error.reason or 'no PEM'}"
        return fail(subject, words, "give the chain and its own key, both in PEM form")
    except OSError as error:
        return fail(subject, f"{error.filename or cert}: {error.strerror}", "let the hub's user read it")
    return judge_end(subject, str(cert), until)


def judge_end(subject: str, what: str, until: float) -> Finding:
    """`until` is when a certificate ends, in seconds since 1970."""
    days = int((until - time.time()) / _DAY)
    if days < DAYS_LEFT:
        return warn(subject, f"{what} ends in {days} days", "renew it, and see why nothing renewed it by itself")
    return ok(subject, f"{what} holds for {days} more days")


def _not_after(cert: Path, key: Path) -> float:
    """A handshake in memory with ourselves: the standard library reads no certificate otherwise."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(cert, key)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    client.load_verify_locations(cert)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, there)
    theirs = server.wrap_bio(there, back, server_side=True)
    for side in (ours, theirs, ours):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    peer = ours.getpeercert() or {}
    return float(ssl.cert_time_to_seconds(str(peer["notAfter"])))
