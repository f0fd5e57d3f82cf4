"""No address but three is answered without a person, whatever routes will be added."""

from uuid import uuid4

import aiohttp
from web_hilfe import Gateway

from erv_gateway.web.app import routes

OPEN = {("GET", "/anmelden"), ("POST", "/anmelden"), ("GET", "/statisch/{name}"), ("GET", "/api/v1/zustand")}


async def test_every_other_address_asks_who_is_there(gateway: Gateway) -> None:
    guarded = [(route.method, route.path) for route in routes() if (route.method, route.path) not in OPEN]
    async with aiohttp.ClientSession() as nobody:
        for method, path in guarded:
            url = gateway.url(path.format(id=uuid4(), position=1, name="pruefprotokoll.json"))
            async with nobody.request(method, url, allow_redirects=False) as response:
                if path.startswith("/api/"):
                    assert response.status == 401, path
                else:
                    assert response.status == 303, path
                    assert response.headers["Location"].startswith("/anmelden"), path
    assert len(guarded) == len(routes()) - len(OPEN) >= 20
