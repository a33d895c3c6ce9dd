"""Image generation is refused clearly, and only once."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from aiohttp import ClientSession
from openai import AsyncOpenAI


async def test_no_image_model_is_an_error_that_sdks_do_not_repeat(url: str, http: ClientSession) -> None:
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=5) as client:
        with pytest.raises(openai.BadRequestError, match="No image model") as caught:
            await client.images.generate(prompt="A sunset", n=1, size="1024x1024")
    assert caught.value.code == "image_model_not_loaded"
    async with http.get("/metrics") as response:
        lines = (await response.text()).splitlines()
    counts = [line for line in lines if line.startswith("openfpga_requests_total") and "images" in line]
    assert [line.split()[-1] for line in counts] == ["1.0"]


async def test_error_has_the_shape_of_the_dialect(http: ClientSession) -> None:
    body = {"prompt": "A city", "n": 2, "size": "512x512", "guidance_scale": 7.5, "num_inference_steps": 50}
    async with http.post("/api/voltage/v1/images/generations", json=body) as response:
        assert response.status == 400
        answer = await response.json()
    assert "No image model" in answer["error"]
    assert answer["details"]["status"] == 400
    assert answer["details"]["endpoint"] == "/v1/images/generations"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "prompt"),
        ({"prompt": 1}, "prompt"),
        ({"prompt": "x", "n": 11}, "n"),
        ({"prompt": "x", "size": "1x1"}, "size"),
        ({"prompt": "x", "response_format": "png"}, "response_format"),
        ({"prompt": "x", "guidance_scale": 0.5}, "guidance_scale"),
        ({"prompt": "x", "num_inference_steps": 9}, "num_inference_steps"),
    ],
)
async def test_wrong_requests_are_told_what_is_wrong(
    http: ClientSession, body: dict[str, Any], param: str
) -> None:
    async with http.post("/v1/images/generations", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]["param"] == param
