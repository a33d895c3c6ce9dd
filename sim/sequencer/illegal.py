"""What can be wrong with a command, one thing at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from openfpga_host.contract import COMMAND_DTYPES, Epilogue, Opcode, WeightFormat
from support.random_programs import SIZE

HARM: tuple[tuple[Opcode, dict[str, Any]], ...] = (
    *((opcode, {"opcode": wrong}) for opcode in Opcode for wrong in (0, len(Opcode) + 1, 255)),
    *((opcode, {"dep": 1}) for opcode in Opcode),
    *((opcode, {"flags": 1 << bit}) for opcode in Opcode for bit in range(8)),
    *(
        (opcode, {name: np.full_like(np.zeros((), COMMAND_DTYPES[opcode])[name], 1)})
        for opcode in Opcode
        for name in COMMAND_DTYPES[opcode].names or ()
        if name.startswith("reserved")
    ),
    *((Opcode.MATMUL, {"rows": rows}) for rows in (0, SIZE.rows, SIZE.rows + 1, 0xFFFF)),
    *((Opcode.MATMUL, {"k_blocks": k}) for k in (0, SIZE.k_blocks, SIZE.k_blocks + 1, 0xFFFF)),
    *((Opcode.MATMUL, {"n_tiles": n, "epilogue": Epilogue.NONE}) for n in (0, 1, 2, 2**32 - 1)),
    *((Opcode.MATMUL, {"n_tiles": n, "epilogue": Epilogue.SILU}) for n in (2, 4, 6)),
    *((Opcode.MATMUL, {"format": value}) for value in (len(WeightFormat), 255)),
    *((Opcode.MATMUL, {"epilogue": value}) for value in (len(Epilogue), 255)),
    *(
        (Opcode.MATMUL, {"format": kind, "codebook": np.eye(16, dtype=np.int8)[i] * np.int8(-128)})
        for kind in WeightFormat
        for i in (0, 15)
    ),
    *(
        (opcode, harm)
        for opcode in (Opcode.KV_WRITE, Opcode.ATTENTION)
        for harm in (
            {"rows": 0},
            {"rows": SIZE.rows + 1},
            {"q_heads": 0},
            {"kv_heads": 0},
            {"q_heads": 6, "kv_heads": 4},
            {"q_heads": 3, "kv_heads": 6},
            {"head_blocks": 0},
            {"head_blocks": SIZE.head_blocks + 1},
            {"head_blocks": 16},
            {"q_heads": SIZE.k_blocks, "kv_heads": 1, "head_blocks": 1},
            {"q_heads": SIZE.k_blocks + 1, "kv_heads": 1, "head_blocks": 1},
            {"q_heads": 0xFFFF, "kv_heads": 0xFFFF, "head_blocks": 1},
        )
    ),
    *((Opcode.ATTENTION, {"rows": 2, "segments": count}) for count in (0, 3, 2**16 + 1, 2**32 - 1)),
)
"""One thing that is wrong, or just not, with a command that is legal otherwise."""

RECORDS = (
    (0, 0, 0, 5, 5),  # no rows
    (0, 2, 1, 5, 6),  # a row that the command does not have
    (0, 1, 2, 5, 7),
    (0, 0xFFFF, 1, 5, 6),
    (0, 0, 1, 5, 5),  # length is not start + rows
    (0, 0, 1, 5, 7),
    (0, 0, 2, SIZE.context - 1, SIZE.context + 1),  # more than the context
    (0, 0, 1, 2**32 - 1, 0),
    (0, 1, 1, SIZE.context - 1, SIZE.context),  # legal, but only just
)
