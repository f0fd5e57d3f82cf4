"""S6, S10, S11: which way a package may travel. Said only where the way is known (`Paket.versand`)."""

from collections.abc import Iterator

from xjustiz.codes import Bestandteiltyp
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import Kontext
from xjustiz.xmlsicher import pfad


def akte_ohne_sicheren_weg(k: Kontext) -> Iterator[Fund]:
    versand = k.paket.versand
    if versand is not None and not versand.sicherer_weg and k.akten and not k.von_justiz:
        yield Fund(pfad(k.akten[0]))


def straf_ohne_osci(k: Kontext) -> Iterator[Fund]:
    if k.paket.versand is not None and not k.paket.versand.osci and ".straf." in k.art:
        yield Fund(f"/{k.art}")


def signiert_ohne_egvp(k: Kontext) -> Iterator[Fund]:
    """A signed document outside the secure ways reaches the court by its EGVP only."""
    versand = k.paket.versand
    if versand is None or versand.sicherer_weg or versand.osci:
        return
    for stelle in k.dateien:
        if stelle.bestandteil == Bestandteiltyp.SIGNATURDATEI.value:
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200]})
