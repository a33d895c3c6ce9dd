"""The words worked out by hand against the Python module."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from openfpga_host import contract

Golden = dict[str, Any]


def _dtype(case: dict[str, Any]) -> np.dtype[np.void]:
    dtype: np.dtype[np.void] = getattr(contract, f"{case['name'].upper()}_DTYPE")
    return dtype


def _cases(golden: Golden) -> list[dict[str, Any]]:
    return [*golden["commands"], *golden["records"]]


def test_golden_names_every_field_of_every_layout_at_least_twice(golden: Golden) -> None:
    cases = _cases(golden)
    for case in cases:
        assert tuple(case["fields"]) == _dtype(case).names
    names = [case["name"] for case in cases]
    assert all(names.count(opcode.name) >= 2 for opcode in contract.Opcode)
    assert all(names.count(record) >= 2 for record in ("channel", "segment", "copy"))


def test_words_decode_to_the_golden_fields(golden: Golden) -> None:
    for case in _cases(golden):
        dtype = _dtype(case)
        assert dtype.itemsize == len(case["bytes"])
        element = np.frombuffer(case["bytes"], dtype=dtype)[0]
        for name, value in case["fields"].items():
            assert element[name].tolist() == value, f"{case['name']}.{name} ({case['case']})"


def test_golden_fields_encode_to_the_words(golden: Golden) -> None:
    for case in _cases(golden):
        element = np.zeros(1, dtype=_dtype(case))
        for name, value in case["fields"].items():
            element[name] = value
        assert element.tobytes() == case["bytes"], f"{case['name']} ({case['case']})"


def test_header_is_the_beginning_of_every_command(golden: Golden) -> None:
    for case in golden["commands"]:
        header = np.frombuffer(case["bytes"], dtype=contract.HEADER_DTYPE)[0]
        assert contract.COMMAND_DTYPES[contract.Opcode(header["opcode"])] is _dtype(case)
        for name in contract.HEADER_DTYPE.names or ():
            assert header[name] == case["fields"][name]


def test_constants_flags_enumerations_and_registers(golden: Golden) -> None:
    for name, value in golden["constants"].items():
        assert getattr(contract, name) == value
    assert {flag.name: flag.value for flag in contract.Flag} == golden["flags"]
    enums = {
        "opcode": contract.Opcode,
        "epilogue": contract.Epilogue,
        "weight_format": contract.WeightFormat,
        "status": contract.Status,
    }
    assert {key: {m.name: m.value for m in enum} for key, enum in enums.items()} == golden["enums"]
    assert {register.name: register.value for register in contract.Register} == golden["registers"]
    counts = {register.name: count for register, count in contract.REGISTER_COUNTS.items()}
    assert counts == golden["register_counts"]
    for register, bits in golden["register_bits"].items():
        kind = getattr(contract, f"{register.capitalize()}Bits")
        assert {bit.name: bit.value for bit in kind} == bits


def test_tables(golden: Golden) -> None:
    for name, entries in golden["tables"].items():
        table = getattr(contract, name)
        assert {index: int(table[int(index)]) for index in entries} == entries


def test_tables_and_mappings_cannot_be_changed() -> None:
    for name in ("RSQRT", "EXP2", "SIGMOID", "GELU_CDF"):
        table = getattr(contract, name)
        assert table.dtype == np.int64
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 0
    with pytest.raises(TypeError):
        contract.CARD_SIZES["csim"] = contract.CARD_SIZES["sim"]  # type: ignore[index]


def test_card_sizes(golden: Golden) -> None:
    for name, keys in golden["sizes"].items():
        size = contract.CARD_SIZES[name]
        assert size.name == name
        assert {key: getattr(size, key) for key in keys} == keys
