"""Who may look, and who may change something while there are no accounts: only pages of this very server. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit


def refusal(headers: Mapping[str, str]) -> str | None:
    """Why a request that changes something is refused, or None when it may pass.

    A browser tells truly where a request comes from (Origin, Sec-Fetch-Site), and a foreign page cannot send JSON
    without asking first: both together keep a page on another site from acknowledging a warning in an officer's name.
    `headers` must find names whatever their case. A client that is no browser sends neither header and passes.
    The host must be this very machine: a foreign name that was made to point here sends an Origin like its Host.
    """
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return "send the action as JSON with the header Content-Type: application/json"
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "a page of another site may not change anything here"
    if not loopback(headers.get("host", "")):
        return "the Host of this request is not this machine; use 127.0.0.1 or localhost"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return "the Origin of this request is not this server"
    return None


def loopback(host: str) -> bool:
    """Whether a Host header (with or without a port) names this very machine: localhost, 127.0.0.0/8 or [::1]."""
    name = _name(host)
    return name == "localhost" or (_numeric(name) and ip_address(name).is_loopback)


def ours(host: str, names: Collection[str]) -> bool:
    """Whether a page may look here by this Host header: an address, localhost, or one of our `names`.

    A page of a foreign name that was made to point here (DNS rebinding) is of the same origin to its browser, and could
    read all that we answer; but the browser still says that name. Who says no Host is no browser.
    """
    name = _name(host)
    return not host or name == "localhost" or name in names or _numeric(name)


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _numeric(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
