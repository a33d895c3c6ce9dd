"""From a path on the command line to a served model."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from openfpga_host.chat_template import load_chat_template
from openfpga_host.encoder.engine import EncoderEngine
from openfpga_host.encoder.runner import EncoderRunner
from openfpga_host.engine import Engine, EngineConfig
from openfpga_host.image import Image
from openfpga_host.runner import ModelRunner
from openfpga_host.tokenizer import load_tokenizer

from openfpga_server.commands.convert import convert_with_bar
from openfpga_server.hardware import Hardware
from openfpga_server.registry import ModelDefaults, Served, ServedEncoder, ServedModel

logger = logging.getLogger("openfpga.server")

CACHE = Path("build")
"""Where images of checkpoint folders are kept, below the working directory."""
WAKE_INTERVAL = 1e-3
"""Seconds: of steps shorter than this, several tokens may leave in one write."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model to load.

    Args:
        path: an image, or a checkpoint's folder.
        name: in the API; None: the image's.
    """

    path: Path
    name: str | None = None


@contextmanager
def opened_models(
    sources: Sequence[ModelSource],
    *,
    device: str,
    rows: int | None = None,
    kv_blocks: int | None = None,
    max_queue: int = 256,
) -> Iterator[list[Served]]:
    """Several models, each on a device of its own; `opened_model` has the arguments and errors.

    Encoders have no KV cache to be sized.
    """
    with ExitStack() as stack:
        models: list[Served] = []
        for source in sources:
            path = cached_image(source.path) if source.path.is_dir() else source.path
            if is_encoder_image(path):
                encoder = opened_encoder(
                    path, device=device, name=source.name, rows=rows, max_queue=max_queue
                )
                models.append(stack.enter_context(encoder))
                continue
            model = opened_model(
                path, device=device, name=source.name, rows=rows, kv_blocks=kv_blocks, max_queue=max_queue
            )
            models.append(stack.enter_context(model))
        yield models


def is_encoder_image(path: Path) -> bool:
    """Whether an image holds an encoder of texts.

    Raises:
        ImageError: it is no image.
        OSError: it cannot be read.
    """
    with Image.open(path, verify=False) as image:
        return bool(image.config.encoder)


@contextmanager
def opened_encoder(
    path: Path, *, device: str, name: str | None = None, rows: int | None = None, max_queue: int = 256
) -> Iterator[ServedEncoder]:
    """An encoder's image on a device with a started engine, closed with the block; as `opened_model`."""
    with closing(EncoderRunner.open(path, device, rows=rows)) as runner:
        image = runner.image
        engine = EncoderEngine(runner, load_tokenizer(image.files), EngineConfig(max_queue=max_queue))
        engine.start()
        try:
            yield ServedEncoder(
                id=name or image.config.name,
                engine=engine,
                created=int(path.stat().st_mtime),
                hardware=Hardware.of(device),
            )
        finally:
            engine.close()


@contextmanager
def opened_model(
    path: Path,
    *,
    device: str,
    name: str | None = None,
    rows: int | None = None,
    kv_blocks: int | None = None,
    max_queue: int = 256,
    prefix_cache: bool = True,
) -> Iterator[ServedModel]:
    """A model on a device with a started engine, closed with the block.

    Args:
        path: an image, or a checkpoint's folder, which is converted first.
        device: a backend's name.
        name: in the API; None: the image's.
        rows: of one step at most; None: the device's, and twice as many while only prompts are read.
        kv_blocks: of the KV cache; None: the device's.
        max_queue: requests that may wait.
        prefix_cache: whether equal beginnings of prompts are computed once.

    Raises:
        ValueError: the image, the checkpoint or an option cannot be used; the message says why.
        OSError: a file cannot be read or written.
    """
    image_path = cached_image(path) if path.is_dir() else path
    with closing(ModelRunner.open(image_path, device, rows=rows, kv_blocks=kv_blocks)) as runner:
        image = runner.image
        tokenizer = load_tokenizer(image.files)
        config = EngineConfig(
            max_queue=max_queue,
            prefix_cache=prefix_cache,
            step_rows=runner.chunk_rows,
            prompt_rows=runner.max_rows,
            wake_interval=WAKE_INTERVAL,
        )
        engine = Engine(runner, tokenizer, config)
        engine.start()
        try:
            yield ServedModel(
                id=name or image.config.name,
                engine=engine,
                template=load_chat_template(image.files),
                fingerprint=fingerprint(image),
                created=int(image_path.stat().st_mtime),
                defaults=model_defaults(image.files),
                hardware=Hardware.of(device),
            )
        finally:
            engine.close()


def fingerprint(image: Image) -> str:
    """`system_fingerprint`: weights and arithmetic. Every backend gives the same bits, so none is named."""
    digest = hashlib.blake2b(f"{image.checksum}:{image.contract_id}".encode(), digest_size=6)
    return f"fp_{digest.hexdigest()}"


def model_defaults(files: Mapping[str, bytes]) -> ModelDefaults:
    """What generation_config.json recommends; nothing if there is none.

    Raises:
        ValueError: the file does not say numbers where it should.
    """
    text = files.get("generation_config.json")
    if text is None:
        return ModelDefaults()
    try:
        return msgspec.json.decode(text, type=ModelDefaults)
    except msgspec.MsgspecError as error:
        raise ValueError(f"generation_config.json of the model is malformed: {error}") from error


def cached_image(directory: Path) -> Path:
    """The image of a checkpoint's folder, made anew if the folder is newer.

    Raises:
        ValueError: the checkpoint cannot be converted.
        OSError: there is no place for the image.
    """
    resolved = directory.resolve()
    key = hashlib.blake2b(str(resolved).encode(), digest_size=4).hexdigest()
    image = CACHE / f"{resolved.name}-{key}.ofpga"
    newest = max((file.stat().st_mtime for file in resolved.iterdir() if file.is_file()), default=0.0)
    if not _usable(image, newest):
        try:
            convert_with_bar(resolved, image)
        except OSError as error:
            raise OSError(
                f"{directory} cannot be converted here: {error}; make its image elsewhere with "
                f"`openfpga convert {directory} -o FILE` and give FILE instead"
            ) from error
    return image


def _usable(image: Path, newest: float) -> bool:
    """Whether the image is there, newer than its checkpoint, and one that this version reads."""
    if not image.exists() or image.stat().st_mtime < newest:
        return False
    try:
        Image.open(image, verify=False).close()
    except ValueError as error:
        logger.info("converting again: %s", error)
        return False
    return True
