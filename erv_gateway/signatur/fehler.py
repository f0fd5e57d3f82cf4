"""What signing, time stamps and keys can fail at."""

from erv_gateway.kern.fehler import EingabeRefused, GegenstelleFailed, KonfigurationInvalid


class SchluesselInvalid(KonfigurationInvalid):
    """A key file, its password or its certificate is missing or wrong."""

    code = "schluessel"


class AnkerInvalid(KonfigurationInvalid):
    """The folder of trust anchors cannot be read or contradicts itself."""

    code = "anker"


class PkiRefused(KonfigurationInvalid):
    """A development PKI cannot be made or read at this place."""

    code = "pki"


class SignierenFailed(EingabeRefused):
    """The document cannot be signed as it is."""

    code = "signieren"


class ZeitstempelFailed(GegenstelleFailed):
    """No time stamp authority gave a usable answer."""

    code = "zeitstempel"


class SperrauskunftFailed(GegenstelleFailed):
    """Revocation data that a long-term signature must hold could not be fetched."""

    code = "sperrauskunft"


class SignierdienstFailed(GegenstelleFailed):
    """The remote signing service or the token did not answer, refused, or gave something else than signatures."""

    code = "signierdienst"


class PruefungRefused(EingabeRefused):
    """The file to be checked cannot be read at all: no PDF, no CMS, too large."""

    code = "pruefung"


class GrundlageInvalid(EingabeRefused):
    """The stored data of an earlier check cannot be read."""

    code = "pruefgrundlage"


class AbrufRefused(EingabeRefused):
    """An address that the rules of fetching forbid. Nothing was sent."""

    code = "abruf-verboten"


class AbrufFailed(GegenstelleFailed):
    """The other side of a permitted address did not answer, or not as it should."""

    code = "abruf"


class VertrauenslisteRefused(EingabeRefused):
    """A trusted list is unreadable, not signed by whom it should be, or older than the one that is there."""

    code = "vertrauensliste"
