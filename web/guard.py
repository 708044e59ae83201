"""Who may ask the page anything: this machine alone, by its own name, from our own pages.

    request --Host is loopback--> --comes from our own page--> --a write carries its token--> view

There is no sign-in yet, so no session: the token is a keyed hash of a random cookie (OWASP's signed double submit).
The key lies in the state directory; a token outlives the web process, so that a restart refuses nobody's draft.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

COOKIE = "cellkeeper-browser"
HEADER = "X-Cellkeeper-Token"
KEY_SIZE = 32
READING = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def guard(app: Flask, key: bytes) -> None:
    """Put every request of ``app`` behind the checks, every answer under the headers."""

    @app.before_request
    def refuse_strangers() -> None:
        _refuse_strange_names()
        _refuse_strange_pages()
        writes = request.method not in READING and request.routing_exception is None
        if writes and not _is_token(request.headers.get(HEADER, ""), request.cookies.get(COOKIE, ""), key):
            abort(403, "this page has lost its token; load it again, nothing typed is lost")

    @app.after_request
    def seal(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def token(response_cookies: Response, key: bytes) -> str:
    """The token of the browser that asks; one without a cookie gets one with this response."""
    browser = request.cookies.get(COOKIE, "")
    if not _is_name(browser):
        browser = secrets.token_hex(16)
    response_cookies.set_cookie(COOKIE, browser, max_age=31_536_000, httponly=True, samesite="Strict")
    return _sign(browser, key)


def read_key(path: Path) -> bytes:
    """The key of this state directory, made (0600) when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        made = path.with_name(f"{path.name}.{os.getpid()}")
        made.touch(0o600)
        made.write_bytes(secrets.token_bytes(KEY_SIZE))
        try:
            os.link(made, path)
        finally:
            made.unlink()
    return path.read_bytes()


def _sign(browser: str, key: bytes) -> str:
    return hmac.new(key, browser.encode(), hashlib.sha256).hexdigest()


def _is_token(given: str, browser: str, key: bytes) -> bool:
    return _is_name(browser) and hmac.compare_digest(given.encode(), _sign(browser, key).encode())


def _is_name(browser: str) -> bool:
    return len(browser) == 32 and all(letter in "0123456789abcdef" for letter in browser)


def _refuse_strange_names() -> None:
    """A page of another site whose name leads here (DNS rebinding) could read and command the plant otherwise."""
    host = _host(request.host)
    if host != "localhost" and not _is_loopback(host):
        abort(403, "ask by a loopback address, such as http://127.0.0.1")


def _refuse_strange_pages() -> None:
    """A page of another origin may link here; it may not ask, embed or write."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        abort(403, f"the page at {origin[:100]} may not ask this controller; open the controller's own page")
    if request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none"):
        return
    if request.method in READING and request.headers.get("Sec-Fetch-Mode") == "navigate":
        return
    abort(403, "another page may not ask this controller; open the controller's own page")


def _host(text: str) -> str:
    try:
        return urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
