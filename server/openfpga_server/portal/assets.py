"""The page's files, read once: index.html at ``/``, all else below a path that changes with their content."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from aiohttp import web

_TYPES: Mapping[str, str] = MappingProxyType(
    {"css": "text/css", "html": "text/html", "js": "text/javascript", "svg": "image/svg+xml"}
)
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)
"""Of the page: nothing of others is loaded, nothing is sent to others, and nobody frames it."""
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is answered.

    Args:
        path: of its URL.
        body: its bytes.
        content_type: with its charset.
        etag: quoted.
        caching: `Cache-Control`.
    """

    path: str
    body: bytes
    content_type: str
    etag: str
    caching: str


def load_assets() -> Iterator[Asset]:
    """Every file of the page."""
    folder = files("openfpga_server.portal") / "static"
    found = {item.name: item.read_bytes() for item in sorted(folder.iterdir(), key=lambda item: item.name)}
    index = found.pop("index.html")
    digest = hashlib.sha256(b"".join(name.encode() + body for name, body in found.items())).hexdigest()[:16]
    # Without a leading slash: a proxy may serve this below a path of its own.
    yield _asset("/", "index.html", index.replace(b"{assets}", f"portal/{digest}".encode()), _ASK_AGAIN)
    for name, body in found.items():
        yield _asset(f"/portal/{digest}/{name}", name, body, _FOREVER)


def _asset(path: str, name: str, body: bytes, caching: str) -> Asset:
    content_type = f"{_TYPES[name.rpartition('.')[2]]}; charset=utf-8"
    return Asset(path, body, content_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"', caching)


def add_page(router: web.UrlDispatcher) -> frozenset[str]:
    """Add the page's files to an application's routes, and tell their paths."""
    assets = list(load_assets())
    for asset in assets:
        router.add_get(asset.path, _handler(asset))
    return frozenset(asset.path for asset in assets)


def _handler(asset: Asset) -> Callable[[web.Request], Awaitable[web.Response]]:
    headers = {
        **SECURITY_HEADERS,
        "Content-Type": asset.content_type,
        "ETag": asset.etag,
        "Cache-Control": asset.caching,
    }

    async def get_asset(request: web.Request) -> web.Response:
        known = request.headers.get("If-None-Match", "")
        if known == "*" or asset.etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return web.Response(status=304, headers=headers)
        return web.Response(body=asset.body, headers=headers)

    return get_asset
