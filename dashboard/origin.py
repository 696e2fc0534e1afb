"""Who may change something while there are no accounts: only pages of this very server. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def refusal(headers: Mapping[str, str]) -> str | None:
    """Why a request that changes something is refused, or None when it may pass.

    A browser tells truly where a request comes from (Origin, Sec-Fetch-Site), and a foreign page cannot send JSON
    without asking first: both together keep a page on another site from acknowledging a warning in an officer's name.
    `headers` must find names whatever their case. A client that is no browser sends neither header and passes.
    """
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return "send the action as JSON with the header Content-Type: application/json"
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "a page of another site may not change anything here"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return "the Origin of this request is not this server"
    return None
