"""Payment headers and settings: whatever they hold, they are read right or refused with a sentence."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openfpga_server.payments.protocol import (
    HEADER_BYTES,
    PAYMENT,
    SIGNATURE,
    MalformedPayment,
    Payment,
    payment_required,
    read_payment,
    requirements,
)
from openfpga_server.payments.terms import NETWORKS, Terms
from openfpga_server.payments.x402 import mismatch
from support.paying import TERMS
from support.x402 import PAY_TO, Wallet, as_headers, decoded, encoded

NOW = 1_800_000_000
WINDOW = {"validAfter": str(NOW - 60), "validBefore": str(NOW + 60)}


def paid(version: int, **changes: str) -> dict[str, Any]:
    return Wallet().pay(requirements(TERMS, 100, version, "http://x/v1/embeddings"), **{**WINDOW, **changes})


def read(payment: dict[str, Any]) -> Payment:
    found = read_payment(as_headers(payment))
    assert found is not None
    return found


@pytest.mark.parametrize("version", [1, 2])
def test_a_payment_is_read_and_fits_its_terms(version: int) -> None:
    payment = read(paid(version))
    assert payment.version == version
    assert payment.raw == paid(version)
    assert mismatch(payment, TERMS, 100, NOW) is None
    assert mismatch(payment, TERMS, 101, NOW) is not None


def test_no_header_is_no_payment_and_version_2_goes_first() -> None:
    assert read_payment({"Authorization": "Bearer x"}) is None
    both = {**as_headers(paid(1)), **as_headers(paid(2))}
    found = read_payment(both)
    assert found is not None
    assert found.version == 2


@pytest.mark.parametrize(("offset", "good"), [(0, True), (54, True), (55, False), (-60, True), (-61, False)])
def test_the_window_of_a_signature(offset: int, good: bool) -> None:
    assert (mismatch(read(paid(2)), TERMS, 100, NOW + offset) is None) == good


@given(st.text() | st.binary().map(lambda data: base64.b64encode(data).decode()))
def test_any_text_is_a_malformed_payment_and_nothing_worse(text: str) -> None:
    for name in (PAYMENT, SIGNATURE):
        with pytest.raises(MalformedPayment) as caught:
            read_payment({name: text})
        assert len(str(caught.value)) < 300


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=8,
)


@given(anything, st.sampled_from([1, 2]), st.data())
def test_any_value_in_any_place_is_read_or_refused(value: object, version: int, data: st.DataObject) -> None:
    payment = paid(version)
    places: list[dict[str, Any]] = [payment, payment["payload"], payment["payload"]["authorization"]]
    if version == 2:
        places.append(payment["accepted"])
    place = data.draw(st.sampled_from(range(len(places))))
    name = data.draw(st.sampled_from(sorted(places[place])))
    places[place][name] = value
    try:
        found = read(payment)
    except MalformedPayment:
        return
    # What was read is of its types: comparing it never fails.
    mismatch(found, TERMS, 100, NOW)


@pytest.mark.parametrize("depth", [100, 1500])
def test_deep_nesting_is_refused(depth: int) -> None:
    text = "[" * depth + "]" * depth
    with pytest.raises(MalformedPayment):
        read_payment({PAYMENT: base64.b64encode(text.encode()).decode()})


def test_names_that_are_there_twice_reach_the_facilitator_once() -> None:
    text = json.dumps(paid(2))
    twice = text.replace('"value": "100"', '"value": "1", "value": "100"')
    found = read_payment({SIGNATURE: base64.b64encode(twice.encode()).decode()})
    assert found is not None
    assert found.authorization.value == "100"
    assert json.dumps(found.raw).count('"value"') == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from", "0x12"),
        ("from", "0x" + "g" * 40),
        ("from", "0x" + "1" * 40 + "\n"),
        ("nonce", "0x" + "1" * 63),
        ("value", "-1"),
        ("value", "1e3"),
        ("value", "01"),
        ("value", "1" * 79),
        ("validAfter", ""),
        ("validBefore", "٣"),
    ],
)
def test_fields_of_a_signature_are_checked(field: str, value: str) -> None:
    payment = paid(1)
    payment["payload"]["authorization"][field] = value
    with pytest.raises(MalformedPayment):
        read(payment)


def test_long_headers_are_refused() -> None:
    payment = paid(1)
    payment["more"] = "x" * HEADER_BYTES
    with pytest.raises(MalformedPayment, match="longer than"):
        read(payment)


def test_a_version_in_the_other_ones_header_is_refused() -> None:
    with pytest.raises(MalformedPayment):
        read_payment({PAYMENT: encoded(paid(2))})
    with pytest.raises(MalformedPayment):
        read_payment({SIGNATURE: encoded(paid(1))})


def test_the_two_forms_of_what_is_required_say_the_same() -> None:
    body, header = payment_required(TERMS, 100, "http://x/v1/embeddings", "pay")
    second = decoded(header)
    [one], [two] = body["accepts"], second["accepts"]
    assert one.pop("maxAmountRequired") == two.pop("amount") == "100"
    assert (one.pop("network"), two.pop("network")) == ("base-sepolia", "eip155:84532")
    assert one.pop("resource") == second["resource"]["url"]
    assert {name: one[name] for name in two} == two


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"pay_to": "0x12"}, "payments.pay_to"),
        ({"pay_to": "me"}, "40 hex digits"),
        ({"network": "bitcoin"}, "expected one of base, base-sepolia"),
        ({"asset": "USDT"}, "ADDRESS:NAME:VERSION"),
        ({"asset": "0x" + "1" * 40}, "ADDRESS:NAME:VERSION"),
        ({"price": Decimal(0)}, "payments.price"),
        ({"price": Decimal("0.0000001")}, "to the micro-dollar|in micro-dollars"),
    ],
)
def test_wrong_settings_are_told(settings: dict[str, Any], message: str) -> None:
    right = {"pay_to": PAY_TO, "network": "base", "asset": None, "price": Decimal("0.0001")}
    with pytest.raises(ValueError, match=message):
        Terms.of(**{**right, **settings})


def test_settings_name_networks_by_either_name_and_other_tokens() -> None:
    for network in NETWORKS.values():
        for name in (network.name, network.caip2):
            terms = Terms.of(pay_to=PAY_TO, network=name, asset=None, price=Decimal(1))
            assert (terms.network, terms.asset, terms.minimum_micro) == (network, network.usdc, 1_000_000)
    other = Terms.of(
        pay_to=PAY_TO, network="base", asset="0x" + "ab" * 20 + ":Some: Coin:1", price=Decimal("0.0001")
    )
    assert (other.asset.name, other.asset.version, other.minimum_micro) == ("Some: Coin", "1", 100)
