"""Trusted lists made and signed for a test: a list of lists and national ones (ETSI TS 119 612)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree
from pki_bau import Stelle
from signxml import CanonicalizationMethod, SignatureMethod
from signxml.xades import XAdESSigner

from certs.certificate import der_to_pem

TSL = "http://uri.etsi.org/02231/v2#"
SIE = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
BASE = "http://uri.etsi.org/TrstSvc"
STATUS = f"{BASE}/TrustedList/Svcstatus/"
EXT = f"{BASE}/TrustedList/SvcInfoExt/"
CA_QC = f"{BASE}/Svctype/CA/QC"
QTST = f"{BASE}/Svctype/TSA/QTST"
AUSGESTELLT = datetime(2026, 11, 1, tzinfo=UTC)
NAECHSTE = datetime(2027, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Dienst:
    """`history`: status and start, newest first. `extension`: raw XML inside the newest entry's extensions."""

    stellen: Sequence[Stelle]
    history: Sequence[tuple[str, datetime]] = (("granted", datetime(2016, 7, 1, tzinfo=UTC)),)
    art: str = CA_QC
    extension: str = '<Extension Critical="true">{asi:ForeSignatures}</Extension>'
    name: str = "QES CA"


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _identity(stellen: Sequence[Stelle]) -> str:
    return "".join(
        f"<DigitalId><X509Certificate>{base64.b64encode(one.der).decode()}</X509Certificate></DigitalId>"
        for one in stellen
    )


def _extension(text: str) -> str:
    while "{asi:" in text:
        start = text.index("{asi:")
        name = text[start + 5 : text.index("}", start)]
        asi = f'<AdditionalServiceInformation><URI xml:lang="en">{EXT}{name}</URI></AdditionalServiceInformation>'
        text = text.replace(f"{{asi:{name}}}", asi)
    return text


def _service(dienst: Dienst) -> str:
    parts = []
    for number, (status, start) in enumerate(dienst.history):
        entry = (
            f"<ServiceTypeIdentifier>{dienst.art}</ServiceTypeIdentifier>"
            f'<ServiceName><Name xml:lang="en">{dienst.name}</Name></ServiceName>'
            f"<ServiceDigitalIdentity>{_identity(dienst.stellen) if number == 0 else ''}</ServiceDigitalIdentity>"
            f"<ServiceStatus>{STATUS}{status}</ServiceStatus>"
            f"<StatusStartingTime>{_iso(start)}</StatusStartingTime>"
            f"<ServiceInformationExtensions>{_extension(dienst.extension)}</ServiceInformationExtensions>"
        )
        parts.append(entry)
    older = "".join(f"<ServiceHistoryInstance>{one}</ServiceHistoryInstance>" for one in parts[1:])
    return (
        f"<TSPService><ServiceInformation>{parts[0]}</ServiceInformation>"
        f"<ServiceHistory>{older}</ServiceHistory></TSPService>"
    )


def _scheme(land: str, nummer: int, kind: str, ausgestellt: datetime, naechste: datetime | None, inner: str) -> str:
    due = "" if naechste is None else f"<dateTime>{_iso(naechste)}</dateTime>"
    return (
        f"<SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier>"
        f"<TSLSequenceNumber>{nummer}</TSLSequenceNumber>"
        f"<TSLType>{BASE}/TrustedList/TSLType/{kind}</TSLType>"
        f'<SchemeInformationURI><URI xml:lang="en">http://example/</URI></SchemeInformationURI>'
        f"<SchemeTerritory>{land}</SchemeTerritory>{inner}"
        f"<ListIssueDateTime>{_iso(ausgestellt)}</ListIssueDateTime><NextUpdate>{due}</NextUpdate></SchemeInformation>"
    )


def national(
    land: str,
    dienste: Sequence[Dienst],
    signer: Stelle,
    *,
    nummer: int = 7,
    ausgestellt: datetime = AUSGESTELLT,
    naechste: datetime | None = NAECHSTE,
) -> bytes:
    services = "".join(_service(one) for one in dienste)
    provider = (
        '<TrustServiceProvider><TSPInformation><TSPName><Name xml:lang="en">Provider</Name>'
        '<Name xml:lang="de">Muster-VDA GmbH</Name></TSPName></TSPInformation>'
        f"<TSPServices>{services}</TSPServices></TrustServiceProvider>"
    )
    scheme = _scheme(land, nummer, "EUgeneric", ausgestellt, naechste, "")
    return signed(f"{scheme}<TrustServiceProviderList>{provider}</TrustServiceProviderList>", signer)


def lotl(
    pointers: Sequence[tuple[str, Sequence[Stelle]]],
    signer: Stelle,
    *,
    nummer: int = 300,
    own_signers: Sequence[Stelle] = (),
    ausgestellt: datetime = AUSGESTELLT,
) -> bytes:
    """`pointers`: territory and who may sign its list."""
    entries = [_pointer(land, stellen, "EUgeneric") for land, stellen in pointers]
    entries.append(_pointer("EU", own_signers or (signer,), "EUlistofthelists"))
    inner = f"<PointersToOtherTSL>{''.join(entries)}</PointersToOtherTSL>"
    return signed(_scheme("EU", nummer, "EUlistofthelists", ausgestellt, NAECHSTE, inner), signer)


def _pointer(land: str, stellen: Sequence[Stelle], kind: str) -> str:
    return (
        "<OtherTSLPointer><ServiceDigitalIdentities>"
        f"<ServiceDigitalIdentity>{_identity(stellen)}</ServiceDigitalIdentity></ServiceDigitalIdentities>"
        f"<TSLLocation>http://liste.example/{land}.xml</TSLLocation><AdditionalInformation>"
        f"<OtherInformation><TSLType>{BASE}/TrustedList/TSLType/{kind}</TSLType></OtherInformation>"
        f"<OtherInformation><SchemeTerritory>{land}</SchemeTerritory></OtherInformation>"
        "</AdditionalInformation></OtherTSLPointer>"
    )


def signed(content: str, signer: Stelle) -> bytes:
    """XAdES, enveloped, as the member states sign."""
    root = etree.fromstring(f'<TrustServiceStatusList xmlns="{TSL}" Id="TSL">{content}</TrustServiceStatusList>')
    xades = XAdESSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    pem = der_to_pem([signer.der]).decode()
    return bytes(etree.tostring(xades.sign(root, key=signer.key, cert=pem)))
