"""N6, S6, S10, S11: what may not travel, or not this way."""

from datetime import date

from xjustiz.regeln import versand, vertraulich
from xjustiz.regeln.befund import Regel, Schwere
from xjustiz.regeln.quellen import N6

_E, _W = Schwere.ERROR, Schwere.WARNING

REGELN: tuple[Regel, ...] = (
    Regel(
        "N6.verschlusssache",
        _E,
        N6,
        "Die Nachricht ist als Verschlusssache gekennzeichnet ({grad}); VS-NfD und höher nie über EGVP.",
        "Auf Papier übermitteln (der Übergang ist bis 31.12.2035 vorgesehen).",
        vertraulich.verschlusssache,
    ),
    Regel(
        "N6.vermerk",
        _E,
        N6,
        "Ein Name trägt den Vermerk „{vermerk}“; VS-NfD und höher nie über EGVP.",
        "Auf Papier übermitteln (der Übergang ist bis 31.12.2035 vorgesehen).",
        vertraulich.vermerk,
    ),
    Regel(
        "S6.weg",
        _E,
        "§ 4 Abs. 1 ERVV",
        "Das signierte Dokument zu „{name}“ geht weder auf einem sicheren Übermittlungsweg noch an das EGVP.",
        "Über das beBPo oder an das EGVP des Gerichts senden.",
        versand.signiert_ohne_egvp,
    ),
    Regel(
        "S10.sicherer-weg",
        _W,
        "§ 2 Abs. 1, 2 BehAktÜbV",
        "Die Akte geht nicht auf einem sicheren Übermittlungsweg; bis Ende 2027 soll sie das.",
        "Über das beBPo senden.",
        versand.akte_ohne_sicheren_weg,
        bis=date(2027, 12, 31),
    ),
    Regel(
        "S10.sicherer-weg-pflicht",
        _E,
        "§ 2 Abs. 1, 2 BehAktÜbV",
        "Die Akte geht nicht auf einem sicheren Übermittlungsweg; seit dem 01.01.2028 muss sie das.",
        "Über das beBPo senden.",
        versand.akte_ohne_sicheren_weg,
        seit=date(2028, 1, 1),
    ),
    Regel(
        "S11.weg",
        _E,
        "§ 4 BußAktÜbV; § 4 StrafAktÜbV; § 5 DokErstÜbV",
        "Die Nachricht in Straf- und Bußgeldsachen geht nicht über EGVP/OSCI; andere Wege endeten am 31.12.2025.",
        "Über EGVP/OSCI senden.",
        versand.straf_ohne_osci,
        seit=date(2026, 1, 1),
    ),
)
