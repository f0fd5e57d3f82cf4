from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from erv_gateway.isolation.werkstatt import Werkstatt


@pytest.fixture
def preload(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    return ("isolation_bomben",)


@pytest.fixture
async def werkstatt(preload: tuple[str, ...]) -> AsyncIterator[Werkstatt]:
    async with Werkstatt(preload, max_tasks=4) as one:
        yield one
