"""Ways to spoil a lawful package in one point."""

from xjustiz_falsch import Verderben
from xjustiz_muster import ANTRAG, Muster


def mit(*schritte: tuple[str, str]) -> Verderben:
    """Replaces the first occurrence of each text, which must be there."""

    def tun(m: Muster) -> None:
        for alt, neu in schritte:
            m.ersetze(alt, neu)

    return tun


def ueberall(alt: str, neu: str) -> Verderben:
    def tun(m: Muster) -> None:
        assert alt in m.xml, alt
        m.xml = m.xml.replace(alt, neu)

    return tun


def zuletzt(alt: str, neu: str) -> Verderben:
    def tun(m: Muster) -> None:
        assert alt in m.xml, alt
        m.xml = neu.join(m.xml.rsplit(alt, 1))

    return tun


def ohne_teil(von: str, bis: str) -> Verderben:
    """Takes away from the first `von` up to the next `bis`, which stays."""

    def tun(m: Muster) -> None:
        anfang = m.xml.index(von)
        m.xml = m.xml[:anfang] + m.xml[m.xml.index(bis, anfang) :]

    return tun


def name(neu: str, alt: str = ANTRAG) -> Verderben:
    return lambda m: m.umbenenne(alt, neu)


def inhalt(dateiname: str, bytes_: bytes) -> Verderben:
    def tun(m: Muster) -> None:
        m.dateien[dateiname] = bytes_

    return tun


def ohne_datei(dateiname: str) -> Verderben:
    def tun(m: Muster) -> None:
        del m.dateien[dateiname]

    return tun


def datei(nach: str, dateiname: str, bestandteil: str, bytes_: bytes, *bezug: str) -> Verderben:
    """Adds a file to the document that lists `nach`."""

    def tun(m: Muster) -> None:
        bezuege = "".join(f"<tns:dateiname.bezugsdatei>{b}</tns:dateiname.bezugsdatei>" for b in bezug)
        stelle = m.xml.index("</tns:datei>", m.xml.index(f">{nach}<")) + len("</tns:datei>")
        neu = (
            f"<tns:datei><tns:dateiname>{dateiname}</tns:dateiname>"
            f"<tns:bestandteil><code>{bestandteil}</code></tns:bestandteil>{bezuege}</tns:datei>"
        )
        m.xml = m.xml[:stelle] + neu + m.xml[stelle:]
        m.dateien[dateiname] = bytes_

    return tun


def nacheinander(*schritte: Verderben) -> Verderben:
    def tun(m: Muster) -> None:
        for schritt in schritte:
            schritt(m)

    return tun


def statt(dateiname: str, bytes_: bytes) -> Verderben:
    return nacheinander(name(dateiname), inhalt(dateiname, bytes_))
