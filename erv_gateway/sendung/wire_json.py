"""How what the mailbox gave us is kept in the Sendung's row."""

import base64
from datetime import datetime
from typing import Any

from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Anhang, Annahme, Laufzettel, Teil, Vorbereitet


def anhang_to_json(anhang: Anhang) -> dict[str, Any]:
    return {"name": anhang.name, "sha256": anhang.sha256, "bytes": anhang.bytes}


def anhang_from_json(value: dict[str, Any]) -> Anhang:
    return Anhang(value["name"], value["sha256"], value["bytes"])


def vorbereitet_to_json(vorbereitet: Vorbereitet) -> dict[str, Any]:
    return {
        "uebertragung": anhang_to_json(vorbereitet.uebertragung),
        "umschlag": anhang_to_json(vorbereitet.umschlag),
        "inhalte": [anhang_to_json(inhalt) for inhalt in vorbereitet.inhalte],
        "teile": [[teil.name, teil.bytes, teil.sha256, teil.sha256_uebertragen] for teil in vorbereitet.teile],
        "erwartung": vorbereitet.erwartung,
    }


def vorbereitet_from_json(value: dict[str, Any] | None) -> Vorbereitet:
    if value is None:
        raise AssertionError("nothing was prepared for this Sendung")
    return Vorbereitet(
        uebertragung=anhang_from_json(value["uebertragung"]),
        umschlag=anhang_from_json(value["umschlag"]),
        inhalte=tuple(anhang_from_json(inhalt) for inhalt in value["inhalte"]),
        teile=tuple(Teil(*teil) for teil in value["teile"]),
        erwartung=value["erwartung"],
    )


def annahme_to_json(annahme: Annahme) -> dict[str, Any]:
    return {
        "codes": list(annahme.codes),
        "original": anhang_to_json(annahme.original),
        "vermittler": base64.b64encode(annahme.vermittler).decode(),
    }


def laufzettel_to_json(laufzettel: Laufzettel) -> dict[str, Any]:
    return {
        "message_id": laufzettel.message_id,
        "eingang": laufzettel.eingang.isoformat(),
        "weitergeleitet": _iso(laufzettel.weitergeleitet),
        "empfangen": _iso(laufzettel.empfangen),
        "betreff": laufzettel.betreff,
        "original": anhang_to_json(laufzettel.original),
        "vermittler": base64.b64encode(laufzettel.vermittler).decode(),
    }


def laufzettel_from_json(value: dict[str, Any] | None) -> Laufzettel:
    if value is None:
        raise AssertionError("this Sendung has no Laufzettel")
    return Laufzettel(
        message_id=MessageId(value["message_id"]),
        eingang=datetime.fromisoformat(value["eingang"]),
        weitergeleitet=_moment(value["weitergeleitet"]),
        empfangen=_moment(value["empfangen"]),
        betreff=value["betreff"],
        original=anhang_from_json(value["original"]),
        vermittler=base64.b64decode(value["vermittler"]),
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
