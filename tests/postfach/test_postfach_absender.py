"""Who signed the content: only the sender's own signature counts as the sender's."""

from postfach_hilfe import LANDKREIS, STADT, Ort, nothing_kept

from erv_gateway.postfach.base import Lieferung, Pruefergebnis
from erv_gateway.postfach.egvp import PROJECT_COCO, VISITENKARTE, visitenkarte_xml
from erv_gateway.postfach.osci.gespraech import Gespraech
from erv_gateway.postfach.osci.http import OsciHttp
from erv_gateway.storage.blobs import MemoryBlobs
from osci.content import ContentContainer, ContentPackage, DataContent, EncryptedContainer
from osci.delivery import Delivery
from osci.keys import SigningKey


async def received(ort: Ort, signers: tuple[SigningKey, ...]) -> Lieferung:
    """Sent by the city, its content signed by `signers`, read by the county."""
    zugang, blobs = ort.zugang(STADT), MemoryBlobs()
    gespraech = Gespraech(zugang, OsciHttp(zugang.endpoint, blobs.spool), blobs)
    message_id = await ort.postfach()[0].new_message_id()
    karte = DataContent(visitenkarte_xml(zugang.visitenkarte), VISITENKARTE)
    empfaenger = ort.empfaenger().cipher_certificate
    container = EncryptedContainer(ContentContainer((karte,), PROJECT_COCO, signers), (empfaenger,))
    dialog = gespraech.dialog
    await gespraech.ask(lambda: dialog.store_delivery(message_id, Delivery(ContentPackage((container,)), empfaenger)))
    landkreis, _ = ort.postfach(LANDKREIS)
    events = [event async for event in landkreis.collect(nothing_kept)]
    mine = next(event for event in events if event.message_id == message_id)
    return await landkreis.open_delivery(mine.original.sha256)  # type: ignore[union-attr]


def content_step(lieferung: Lieferung) -> tuple[Pruefergebnis, str]:
    (step,) = [schritt for schritt in lieferung.schritte if schritt.was.startswith("Inhaltssignatur")]
    return step.ergebnis, step.begruendung


async def test_signed_by_the_sender(ort: Ort) -> None:
    lieferung = await received(ort, (ort.zugang(STADT).client.signing_key,))
    assert content_step(lieferung)[0] is Pruefergebnis.GUELTIG


async def test_signed_by_nobody(ort: Ort) -> None:
    ergebnis, grund = content_step(await received(ort, ()))
    assert (ergebnis, "nicht signiert" in grund) == (Pruefergebnis.UNBESTIMMT, True)


async def test_signed_by_somebody_else(ort: Ort) -> None:
    """Intact, and signed with a key that is nobody's business: not what "signed by the sender" means."""
    stranger = ort.zugang("verwaltungsgericht-musterfurt").client.signing_key
    ergebnis, grund = content_step(await received(ort, (stranger,)))
    assert (ergebnis, "jemand anderem" in grund) == (Pruefergebnis.UNBESTIMMT, True)
