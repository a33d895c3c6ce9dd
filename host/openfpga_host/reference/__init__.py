"""The golden model: docs/numerics.md executed in NumPy integers, over the same memory as a card."""

from openfpga_host.reference.execute import RunResult, execute
from openfpga_host.reference.memory import Memory

__all__ = ["Memory", "RunResult", "execute"]
