from collections.abc import AsyncIterator

import pytest

from erv_gateway.dateien.pruefdienst import WORKER
from erv_gateway.isolation.werkstatt import Werkstatt


@pytest.fixture
async def werkstatt() -> AsyncIterator[Werkstatt]:
    async with Werkstatt((WORKER,)) as one:
        yield one
