"""Checks 5-8 of a bundle (docs/nachweis.md): what proves the entry. Each returns its German line or raises."""

from datetime import UTC, datetime

from cryptography import x509

from erv_gateway.nachweis.befund import Mangel, Unklar, only
from erv_gateway.nachweis.behauptung import parse_time
from erv_gateway.nachweis.buendel import Buendel
from erv_gateway.nachweis.modell import (
    ABDECKUNG,
    AKTENPROTOKOLL,
    ANNAHME,
    LAUFZETTEL,
    PROTOKOLL,
    UMSCHLAG,
    XJUSTIZ,
    inhalt_path,
)
from erv_gateway.nachweis.oscinachricht import (
    RESPONSE_TO_FETCH_PROCESS_CARD,
    RESPONSE_TO_STORE_DELIVERY,
    decode_message_id,
)
from erv_gateway.nachweis.protokoll import compare_angaben, read_protokoll
from erv_gateway.nachweis.pruef_sendung import sha256_hex
from erv_gateway.nachweis.xmlbaum import OSCI, Element, children, named, one, sole_child, text_of
from erv_gateway.nachweis.zertifikatskette import build_chain, fingerprint, require_valid_chain


def check_annahme(buendel: Buendel) -> str:
    """(5) The intermediary's signed answer to exactly our request."""
    if ANNAHME not in buendel.files:
        return "nicht im Bündel (zulässig)"
    annahme = buendel.answer(ANNAHME, RESPONSE_TO_STORE_DELIVERY)
    challenge = text_of(one(buendel.umschlag.block("ControlBlock"), OSCI, "Challenge"))
    if not challenge or challenge != text_of(one(annahme.block("ControlBlock"), OSCI, "Response")):
        raise Mangel("die Antwort gehört nicht zu unserer Anfrage (Response und Challenge verschieden)")
    block = annahme.block("responseToStoreDelivery")
    codes = _require_success(block)
    for card in named(block, OSCI, "ProcessCardBundle"):
        if decode_message_id(one(card, OSCI, "MessageId")) != buendel.behauptung.claims.message_id:
            raise Mangel("die Antwort bestätigt eine andere MessageId")
        if _creation(card) != buendel.eingang:
            raise Mangel("die Antwort nennt eine andere Eingangszeit")
    return f"Antwort des Vermittlers auf genau unsere Anfrage, Meldung {', '.join(codes)}"


def check_laufzettel(buendel: Buendel) -> str:
    """(6) The signed process card: our MessageId, Creation = claimed time of entry."""
    body = buendel.answer(LAUFZETTEL, RESPONSE_TO_FETCH_PROCESS_CARD).body
    answer = sole_child(body, OSCI, "responseToFetchProcessCard")
    _require_success(answer)
    wanted = buendel.behauptung.claims.message_id
    cards = named(answer, OSCI, "ProcessCardBundle")
    ours = [card for card in cards if decode_message_id(one(card, OSCI, "MessageId")) == wanted]
    creation = _creation(only(ours, "Laufzettel mit unserer MessageId"))
    if creation != buendel.eingang:
        raise Mangel("der Laufzettel nennt eine andere Eingangszeit als behauptet")
    return f"vom Vermittler unterschrieben: Eingang {creation.astimezone(UTC).isoformat()}"


def check_protokoll(buendel: Buendel) -> str:
    """(7) Leaf hashes right, ids unique, order legal, named digests true."""
    eintraege = read_protokoll(buendel.file(PROTOKOLL), buendel.behauptung.sendung.id)
    compared = compare_angaben(eintraege, _named_values(buendel))
    if not compared:
        buendel.hinweise.append("Das Protokoll nennt keine Hashwerte, die sich vergleichen ließen.")
    return f"{len(eintraege)} Einträge in zulässiger Reihenfolge, {compared} genannte Werte stimmen"


def check_zertifikate(buendel: Buendel) -> str:
    """(8) Both certificates and their issuers were in their validity at the time of entry, and the chains close."""
    for rolle, chain in _chains(buendel):
        require_valid_chain(chain, buendel.eingang, rolle)
        if not buendel.anker:
            buendel.hinweise.append(
                f"{rolle}: Diese Wurzel ist mit der veröffentlichten zu vergleichen (oder --anker angeben): "
                f"{chain[-1].subject.rfc4514_string()}, SHA-256 {fingerprint(chain[-1])}"
            )
    return "Vermittler und Absender zum Zeitpunkt des Eingangs gültig, Ketten vollständig"


def check_vertrauen(buendel: Buendel) -> str:
    """Only with anchors: both chains lead to one of them."""
    for rolle, chain in _chains(buendel):
        if not set(chain) & set(buendel.anker):
            raise Unklar(f"{rolle}: die Kette führt zu keinem der angegebenen Vertrauensanker")
    return "beide Ketten führen zu den angegebenen Vertrauensankern"


def _chains(buendel: Buendel) -> tuple[tuple[str, tuple[x509.Certificate, ...]], ...]:
    return (
        ("Vermittler", build_chain(buendel.vermittler, buendel.aussteller)),
        ("Absender", build_chain(buendel.absender, buendel.aussteller)),
    )


def _named_values(buendel: Buendel) -> dict[str, str]:
    """What log entries may name, and what it must be."""
    paths = {"xjustiz": XJUSTIZ, "umschlag": UMSCHLAG, "annahme": ANNAHME, "laufzettel": LAUFZETTEL}
    paths |= {"aktenprotokoll": AKTENPROTOKOLL, "abdeckung": ABDECKUNG}
    paths |= {f"inhalt_{number}": inhalt_path(number) for number in range(1, len(buendel.inhalt_paths) + 1)}
    values = {f"{key}_sha256": sha256_hex(buendel.files[path]) for key, path in paths.items() if path in buendel.files}
    claims = buendel.behauptung.claims
    return values | {
        "vermittler_sha256": fingerprint(buendel.vermittler),
        "absender_sha256": fingerprint(buendel.absender),
        "message_id": claims.message_id,
        "eingang": claims.eingang,
        "empfaenger": claims.empfaenger,
        "eigene_nachrichten_id": buendel.behauptung.sendung.eigene_nachrichten_id,
    }


def _require_success(block: Element) -> list[str]:
    entries = named(one(block, OSCI, "Feedback"), OSCI, "Entry")
    codes = [text_of(one(entry, OSCI, "Code")).strip() for entry in entries]
    if not any(code.startswith("08") for code in codes) or any(code.startswith("9") for code in codes):
        raise Mangel(f"der Vermittler meldet keinen Erfolg: {', '.join(codes) or 'nichts'}")
    return codes


def _creation(card: Element) -> datetime:
    stamp = only(children(one(one(card, OSCI, "ProcessCard"), OSCI, "Creation")), "Zeitangabe")
    if stamp.tag != f"{{{OSCI}}}Plain":
        raise Unklar("die Eingangszeit ist ein kryptographischer Zeitstempel, der hier nicht gelesen wird")
    return parse_time(text_of(stamp).strip())
