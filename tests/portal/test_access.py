"""Which requests are this machine's own, whatever their headers hold."""

from __future__ import annotations

import ipaddress
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict
from openfpga_server.portal.access import is_local, same_origin

HOSTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["localhost", "127.0.0.1", "[::1]", "evil.example", "localhost.evil.example"]),
    st.ip_addresses().map(lambda address: f"[{address}]" if address.version == 6 else str(address)),
)
PORTS = st.sampled_from(["", ":5000", ":", ":x", ":99999999"])


def request(host: str, remote: str | None = "127.0.0.1", **headers: str) -> web.BaseRequest:
    """As much of a request as is looked at."""
    named = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()}, Host=host)
    return cast(web.BaseRequest, SimpleNamespace(remote=remote, headers=named))


@given(HOSTS, PORTS)
def test_only_names_of_the_loopback_are_this_machine(host: str, port: str) -> None:
    if is_local(request(host + port)):
        name = host.rpartition("@")[2].strip("[]").partition("]")[0].partition("/")[0].lower()
        name = name.partition(":")[0] if name.count(":") == 1 else name
        assert name == "localhost" or ipaddress.ip_address(name).is_loopback


@pytest.mark.parametrize(
    ("host", "remote", "local"),
    [
        ("localhost:5000", "127.0.0.1", True),
        ("127.8.9.1", "127.0.0.1", True),
        ("[::1]:5000", "::1", True),
        ("localhost", "192.0.2.1", False),
        ("localhost", None, False),
        ("0.0.0.0", "127.0.0.1", False),
        ("2130706433", "127.0.0.1", False),
        ("localhost.", "127.0.0.1", False),
        ("", "127.0.0.1", False),
    ],
)
def test_both_ends_must_be_this_machine(host: str, remote: str | None, local: bool) -> None:
    assert is_local(request(host, remote)) == local


@given(HOSTS, st.text(max_size=40))
def test_origin_is_this_server_only_by_its_very_name(host: str, origin: str) -> None:
    headers: dict[str, Any] = {"Origin": origin}
    assert same_origin(request(host, **headers)) == (origin.partition("://")[2] == host)


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({}, True),
        ({"Origin": "http://me:5000", "Sec_Fetch_Site": "same-origin"}, True),
        ({"Origin": "https://me:5000"}, True),
        ({"Sec_Fetch_Site": "none"}, True),
        ({"Origin": "http://me:5000", "Sec_Fetch_Site": "same-site"}, False),
        ({"Origin": "http://me:5001"}, False),
        ({"Origin": "http://me"}, False),
        ({"Origin": "http://me:5000.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
    ],
)
def test_browsers_say_where_a_request_comes_from(headers: dict[str, str], same: bool) -> None:
    assert same_origin(request("me:5000", **headers)) == same
