"""What a browser may do with our pages: talk to this server and to nobody else. Pure ASGI, so that streams stream."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from dashboard.origin import ours

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def policy(script_hashes: Sequence[str], maps: Sequence[str] = ()) -> str:
    """The content security policy. `script_hashes` are Dash's few inline scripts ('sha256-...').

    `maps` are the origins of a foreign map that the profile names: none, unless somebody chose one.

    MapLibre starts its worker from a blob: and reads its images from blob: and data:. plotly and React set styles from
    script, plotly and MapLibre add style elements: hence 'unsafe-inline' for styles only.
    """
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": " ".join(["'self' data: blob:", *maps]),
        "font-src": "'self'",
        "worker-src": "'self' blob:",
        "connect-src": " ".join(["'self'", *maps]),
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Guard:
    """Adds the headers to every answer, and shows Dash's page at each address that is one of its pages.

    Who calls this server by a name that is none of `names` is told `stranger` (421), and nothing else.
    """

    def __init__(
        self,
        app: ASGIApp,
        headers: Sequence[tuple[str, str]],
        pages: Sequence[str],
        names: Collection[str],
        stranger: str,
    ) -> None:
        self.app = app
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers]
        self.pages = frozenset(pages)
        self.names = frozenset(names)
        self.stranger = PlainTextResponse(stranger, 421)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # Dash opens a route for one; nothing of ours uses it
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not ours(Headers(scope=scope).get("host", ""), self.names):
            await self.stranger(scope, receive, send)
            return
        if scope["path"].rstrip("/") in self.pages and scope["method"] in ("GET", "HEAD"):
            scope = {**scope, "path": "/", "raw_path": b"/"}

        async def add_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.headers]
            await send(message)

        await self.app(scope, receive, add_headers)


def headers(script_hashes: Sequence[str], maps: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """Headers of every answer."""
    return (
        ("Content-Security-Policy", policy(script_hashes, maps)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    )
