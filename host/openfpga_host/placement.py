"""Where a model lies on a card: tiles and the pool of KV blocks, at the same words of every port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openfpga_host.contract import BLOCK, TILE_CHANNELS, WORD_BYTES
from openfpga_host.device import Capabilities, Device, DeviceError
from openfpga_host.image import Image, ImageConfig, Matrix
from openfpga_host.layout import KvGeometry, port_tiles, tile_words


@dataclass(frozen=True, slots=True)
class Placement:
    """Addresses in words."""

    weights: Mapping[str, int]
    """First tile of each matrix."""
    pool: int
    """KV block 0."""
    kv: KvGeometry

    @classmethod
    def of(cls, image: Image, ports: int) -> Placement:
        """Matrices one after another in the image's order (that of their use), then the KV pool."""
        weights, addr = {}, 0
        for name, matrix in image.matrices.items():
            weights[name] = addr
            mine = port_tiles(matrix.n // TILE_CHANNELS, ports)
            addr += mine * tile_words(matrix.k // BLOCK, matrix.format)
        config = image.config
        kv = KvGeometry(config.num_layers, config.num_kv_heads, config.head_dim // BLOCK, ports)
        return cls(weights, addr, kv)

    def port_bytes(self, kv_blocks: int) -> int:
        """Bytes of each port with `kv_blocks` KV blocks."""
        return WORD_BYTES * (self.pool + kv_blocks * self.kv.block_words)

    @property
    def block_bytes(self) -> int:
        """Bytes of a KV block on all ports together."""
        return WORD_BYTES * self.kv.block_words * self.kv.ports

    def upload(self, image: Image, device: Device) -> None:
        """Copy the tiles from the mapped image to the ports, matrix by matrix, tile t to port t mod P."""
        ports = self.kv.ports
        for name, matrix in image.matrices.items():
            for port in range(min(ports, len(matrix.tiles))):
                device.write_port(port, WORD_BYTES * self.weights[name], matrix.tiles[port::ports])


def check_fits(config: ImageConfig, matrices: Mapping[str, Matrix], card: Capabilities) -> None:
    """Raise DeviceError if the card cannot run the model."""
    widest = max(matrix.k for matrix in matrices.values())
    if widest > card.k_blocks * BLOCK:
        raise DeviceError(
            f"{config.name} has a matrix of {widest} inputs; this card takes up to {card.k_blocks * BLOCK}"
        )
    if config.head_dim > card.head_blocks * BLOCK:
        raise DeviceError(
            f"{config.name} has heads of {config.head_dim}; this card takes up to {card.head_blocks * BLOCK}"
        )
