"""The page's files: what they may do, how they are kept, and that they load nothing of others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from openfpga_server.config import PortalConfig, ServerConfig
from openfpga_server.portal.assets import load_assets
from support.portal_server import PortalServer, portal_server

from .conftest import Http


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here."""
    return sqlite_url


def test_policy_allows_this_server_alone(call: Http) -> None:
    reply = call("GET", "/")
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(
        part.strip().partition(" ")[::2] for part in reply.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"


def test_every_file_that_is_named_is_there(call: Http) -> None:
    index = call("GET", "/").text
    named = re.findall(r'(?:src|href)="(portal/[^"]+)"', index)
    folder = named[0].rpartition("/")[0]
    for asset in load_assets():
        named += [f"{folder}/{name}" for name in re.findall(r'from "\./([^"]+)"', asset.body.decode())]
    assert len(set(named)) > 10
    for name in set(named):
        assert call("GET", f"/{name}").status == 200, name


def test_page_has_no_script_style_or_handler_of_its_own_and_names_no_other_server() -> None:
    for asset in load_assets():
        text = asset.body.decode()
        if asset.content_type.startswith("text/html"):
            assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:", text)
        if asset.content_type.startswith("text/javascript"):
            sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
            assert not re.search(sinks, text), asset.path
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), asset.path


def test_files_are_kept_for_ever_and_the_page_is_asked_for_again(call: Http) -> None:
    page = call("GET", "/")
    assert page.headers["cache-control"] == "no-cache"
    assert call("GET", "/", headers={"If-None-Match": page.headers["etag"]}).status == 304
    assert call("GET", "/", headers={"If-None-Match": f'"x", W/{page.headers["etag"]}'}).status == 304
    assert call("GET", "/", headers={"If-None-Match": '"x"'}).status == 200
    style = re.search(r'href="(portal/[^"]+\.css)"', page.text)
    assert style is not None
    assert "immutable" in call("GET", f"/{style[1]}").headers["cache-control"]
    assert call("HEAD", "/").status == 200


def test_tricks_with_paths_find_no_file(server: PortalServer, call: Http) -> None:
    tricks = (
        "/portal/../config.py",
        "/portal/%2e%2e/assets.py",
        "/portal/x/index.html",
        "/portal//etc/passwd",
        "/portal/..%2f..%2fpepper",
        "/portal/%00",
        "/static/index.html",
    )
    for path in tricks:
        assert call("GET", path).status in (400, 404), path
    server.create_key()
    for path in tricks:
        assert call("GET", path).status in (400, 401, 404), path


class TestSwitchedOff:
    """`portal.enabled` false."""

    @pytest.fixture
    def server(self, database_url: str) -> Iterator[PortalServer]:
        """A server without the portal."""
        config = ServerConfig(port=0, portal=PortalConfig(enabled=False))
        with portal_server(database_url, config) as running:
            yield running

    def test_neither_page_nor_api_is_there(self, server: PortalServer, call: Http) -> None:
        for path in ("/", "/v1/portal/api-keys", "/v1/portal/session", "/v1/portal/device"):
            assert call("GET", path).status == 404
        assert call("GET", "/v1/models").status == 200
        assert "/v1/portal" not in call("GET", "/.well-known/openapi.json").text
