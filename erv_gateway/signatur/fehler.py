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


class PruefungRefused(EingabeRefused):
    """The file to be checked cannot be read at all: no PDF, no CMS, too large."""

    code = "pruefung"
