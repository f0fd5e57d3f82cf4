"""The trust anchors that trusted lists give: each service for the time in which its status was good."""

from collections.abc import Iterator
from typing import Final

from certs.anchors import Anchor, Anchors, Zweck
from certs.certificate import fingerprint
from erv_gateway.signatur.vertrauensdienst import Dienstart, Vertrauensdienst, Vertrauenslisten

GUTER_STATUS: Final = frozenset({"granted", "undersupervision", "supervisionincessation", "accredited"})
"""ETSI TS 119 612 §5.5.4; all but the first are from before 2016-07-01 and end there in the lists themselves."""
_ZWECKE: Final = {Dienstart.CA_QC: Zweck.SIGNATUR, Dienstart.QTST: Zweck.TSA}


def anchors_with(anchors: Anchors | None, listen: Vertrauenslisten) -> Anchors | None:
    """The anchors of one's own and those of the lists; None only where there is neither."""
    found = tuple(anchor for dienst in listen.dienste for anchor in _anchors(dienst))
    if anchors is None:
        return Anchors(found) if found else None
    return Anchors((*anchors.alle, *found))


def _anchors(dienst: Vertrauensdienst) -> Iterator[Anchor]:
    for abschnitt in dienst.abschnitte:
        if abschnitt.status in GUTER_STATUS:
            for certificate in dienst.zertifikate:
                yield Anchor(
                    zweck=_ZWECKE[dienst.art],
                    certificate=certificate,
                    rollen=frozenset(),
                    gueltig_ab=abschnitt.ab,
                    gueltig_bis=abschnitt.bis,
                    quelle=f"Vertrauensliste {dienst.land}: {dienst.anbieter}, {dienst.name}",
                    sha256=fingerprint(certificate),
                )
