"""Fetching the trusted lists: the list of lists, then the national ones it points to, as far as hosts are permitted."""

from collections.abc import Collection
from typing import Final

from erv_gateway.kern.fehler import ErvError
from erv_gateway.signatur.beschaffung import Abrufer
from erv_gateway.signatur.vertrauensliste_lesen import read_pointers
from erv_gateway.signatur.vertrauensliste_xml import MAX_LIST_BYTES, read_list

LOTL_URL: Final = "https://ec.europa.eu/tools/lotl/eu-lotl.xml"  # Official Journal, C/2026/1944
ACCEPT: Final = "application/vnd.etsi.tsl+xml, application/xml, text/xml"


async def fetch_lists(
    abruf: Abrufer, laender: Collection[str], url: str = LOTL_URL
) -> tuple[dict[str, bytes], tuple[tuple[str, str], ...]]:
    """Address to content, unverified, and what could not be had with the reason. `laender`: none means all.

    Raises what the fetcher raises when the list of lists itself cannot be had.
    """
    lotl = await abruf.fetch(url, accept=ACCEPT, max_bytes=MAX_LIST_BYTES)
    found, missing = {url: lotl}, []
    for pointer in read_pointers(read_list(lotl)):
        if pointer.ist_lotl or not pointer.url.endswith((".xml", ".xtsl")) or (laender and pointer.land not in laender):
            continue
        try:
            found[pointer.url] = await abruf.fetch(pointer.url, accept=ACCEPT, max_bytes=MAX_LIST_BYTES)
        except ErvError as error:
            missing.append((pointer.url, str(error)))
    return found, tuple(missing)
