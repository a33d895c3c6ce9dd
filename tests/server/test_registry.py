"""Which models a server can offer together."""

from __future__ import annotations

import pytest
from openfpga_server.registry import ModelRegistry, ServedModel


def test_models_of_one_name_are_refused(model: ServedModel) -> None:
    with pytest.raises(ValueError, match="names must differ: alphabet, alphabet"):
        ModelRegistry([model, model])


def test_a_server_without_models_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one model"):
        ModelRegistry([])
