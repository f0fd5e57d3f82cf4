"""The validation report of ETSI TS 119 102-2 (v1.2.1 namespace), written from our verdict and never from another's.

Main indication: green TOTAL-PASSED, yellow INDETERMINATE, red TOTAL-FAILED. The German reasons travel along.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from certs.urteil import Urteil
from erv_gateway.pruefprotokoll.etsi_objekte import Objekte
from erv_gateway.pruefprotokoll.etsi_unterindikation import sub_indication
from erv_gateway.pruefprotokoll.etsi_xml import add, add_digest, element, text_of
from erv_gateway.pruefprotokoll.fehler import OhneSignatur
from erv_gateway.pruefprotokoll.modell import Dateipruefung, Pruefprotokoll, Signatur
from erv_gateway.signatur.ergebnis import Zeitgrundlage

MAIN: Final = {
    Urteil.GUELTIG: "urn:etsi:019102:mainindication:total-passed",
    Urteil.UNBESTIMMT: "urn:etsi:019102:mainindication:indeterminate",
    Urteil.UNGUELTIG: "urn:etsi:019102:mainindication:total-failed",
}
_PROZESS: Final = {"B-T": "LTVM", "B-LT": "LTVM", "B-LTA": "LTA", "Zeitstempel": "Basic"}
POE_BELEGT: Final = "urn:etsi:019102:poetype:validation"
POE_ANGEGEBEN: Final = "urn:etsi:019102:poetype:provided"
ANGABE: Final = "urn:x-erv-gateway:pruefprotokoll:"
"""Prefix of the types of our own facts inside AdditionalValidationReportData (clause 4.4.8 leaves them to us)."""


def render_etsi(protokoll: Pruefprotokoll, zertifikate: Mapping[str, bytes] | None = None) -> bytes:
    """UTF-8 XML with one SignatureValidationReport per signature; raises OhneSignatur when there is none.

    `zertifikate`: DER by SHA-256 (hex); a certificate that is not among them is named by its digest.
    """
    root, objekte = element("ValidationReport"), Objekte(zertifikate or {})
    nummer = 0
    for datei in protokoll.signaturen:
        for signatur in datei.signaturen:
            nummer += 1
            _report(root, nummer, datei, signatur, protokoll.erstellt, objekte)
    if nummer == 0:
        raise OhneSignatur("no signature, hence no validation report")
    objekte.write(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _report(
    root: etree._Element, nummer: int, datei: Dateipruefung, signatur: Signatur, erstellt: datetime, objekte: Objekte
) -> None:
    report = add(root, "SignatureValidationReport")
    _identifier(report, nummer, datei, signatur)
    _times(report, signatur, erstellt)
    _document(report, datei, objekte)
    _attributes(report, signatur)
    _signer(report, signatur, objekte)
    prozess = _PROZESS.get(signatur.niveau, "Basic")
    process = add(report, "SignatureValidationProcess")
    add(process, "SignatureValidationProcessID", f"urn:etsi:019102:validationprocess:{prozess}")
    _status(report, datei, signatur, objekte)


def _document(report: etree._Element, datei: Dateipruefung, objekte: Objekte) -> None:
    """The file as it came; for a PDF that is the signed revision with all that was appended."""
    document = add(report, "SignersDocument")
    add_digest(document, datei.sha256)
    add(document, "SignersDocumentRepresentation").set("VOReference", objekte.datei(datei.sha256))


def _identifier(report: etree._Element, nummer: int, datei: Dateipruefung, signatur: Signatur) -> None:
    identifier = add(report, "SignatureIdentifier")
    identifier.set("id", f"signatur-{nummer}")
    add(identifier, "HashOnly", "false")
    add(identifier, "DocHashOnly", "false")
    name = datei.signaturdatei or datei.name
    add(identifier, "DAIdentifier", name if signatur.feld is None else f"{name}#{signatur.feld}")


def _times(report: etree._Element, signatur: Signatur, erstellt: datetime) -> None:
    info = add(report, "ValidationTimeInfo")
    add(info, "ValidationTime", utc_text(erstellt))
    best = add(info, "BestSignatureTime")
    add(best, "POETime", utc_text(signatur.zeit_gewertet or signatur.eingang or erstellt))
    angegeben = signatur.zeitgrundlage == Zeitgrundlage.EINGANG
    add(best, "TypeOfProof", POE_ANGEGEBEN if angegeben else POE_BELEGT)


def _attributes(report: etree._Element, signatur: Signatur) -> None:
    stempel = [one.zeitpunkt for one in signatur.zeitstempel if one.zeitpunkt is not None]
    if signatur.zeit_behauptet is None and not stempel:
        return
    attributes = add(report, "SignatureAttributes")
    if signatur.zeit_behauptet is not None:
        signing = add(attributes, "SigningTime")
        signing.set("Signed", "true")
        add(signing, "Time", utc_text(signatur.zeit_behauptet))
    for zeitpunkt in stempel:
        stamp = add(attributes, "SignatureTimeStamp")
        stamp.set("Signed", "false")
        add(stamp, "TimeStampValue", utc_text(zeitpunkt))


def _signer(report: etree._Element, signatur: Signatur, objekte: Objekte) -> None:
    if not signatur.kette or not signatur.kette[0].sha256:
        return
    information = add(report, "SignerInformation")
    add(information, "SignerCertificate").set("VOReference", objekte.zertifikat(signatur.kette[0].sha256))
    add(information, "Signer", signatur.unterzeichner or signatur.kette[0].inhaber)


def _status(report: etree._Element, datei: Dateipruefung, signatur: Signatur, objekte: Objekte) -> None:
    status = add(report, "SignatureValidationStatus")
    add(status, "MainIndication", MAIN[signatur.ergebnis])
    sub = sub_indication(signatur)
    if sub is not None:
        add(status, "SubIndication", f"urn:etsi:019102:subindication:{sub}")
    data = add(status, "AssociatedValidationReportData")
    _chain(data, signatur, objekte)
    _revocation(data, signatur, objekte)
    additional = add(data, "AdditionalValidationReportData")
    for typ, wert in _angaben(datei, signatur):
        entry = add(additional, "ReportData")
        add(entry, "Type", ANGABE + typ)
        add(entry, "Value", text_of(wert))


def _chain(data: etree._Element, signatur: Signatur, objekte: Objekte) -> None:
    glieder = [one.sha256 for one in signatur.kette if one.sha256]
    if len(glieder) < 2:  # the certificate alone is no chain
        return
    chain = add(data, "CertificateChain")
    namen = ("SigningCertificate", *("IntermediateCertificate" for _ in glieder[1:-1]), "TrustAnchor")
    for name, sha256 in zip(namen, glieder, strict=True):
        add(chain, name).set("VOReference", objekte.zertifikat(sha256))


def _revocation(data: etree._Element, signatur: Signatur, objekte: Objekte) -> None:
    """The first revocation found, also one that came too late to harm."""
    for one in signatur.sperrauskuenfte:
        if one.gesperrt_am is not None:
            information = add(data, "RevocationStatusInformation")
            add(information, "ValidationObjectId").set("VOReference", objekte.zertifikat(one.zertifikat))
            add(information, "RevocationTime", utc_text(one.gesperrt_am))
            return


def _angaben(datei: Dateipruefung, signatur: Signatur) -> tuple[tuple[str, str], ...]:
    gruende = tuple(("grund", grund) for grund in (*signatur.gruende, *datei.gruende))
    sperren = tuple(("sperrpruefung", f"{one.zertifikat} {one.status}") for one in signatur.sperrauskuenfte)
    grundlage = () if datei.grundlage_sha256 is None else (("grundlage", datei.grundlage_sha256),)
    return (
        ("ergebnis", str(signatur.ergebnis)),
        ("nach-signatur-geaendert", "true" if signatur.nach_signatur_geaendert else "false"),
        ("qualifiziert", signatur.qualifiziert),
        *gruende,
        *sperren,
        *grundlage,
    )


def utc_text(moment: datetime) -> str:
    """xs:dateTime with the letter of UTC."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
