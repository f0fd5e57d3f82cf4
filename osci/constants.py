"""Namespaces, fixed attribute values and limits. Sections 3.2, 3.3 and 3.5."""

from types import MappingProxyType

DS = "http://www.w3.org/2000/09/xmldsig#"
OSCI = "http://www.osci.de/2002/04/osci"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OSCI2017 = "http://xoev.de/transport/osci12/7"
OSCI128 = "http://xoev.de/transport/osci12/8"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XML = "http://www.w3.org/XML/1998/namespace"

NS5_CONTEXT = MappingProxyType({"ds": DS, "osci": OSCI, "soap": SOAP, "xenc": XENC, "xsi": XSI})
"""In scope wherever OSCI content stands; canonical forms depend on exactly these five declarations (section 3.4)."""
NS6_CONTEXT = MappingProxyType({**NS5_CONTEXT, "osci2017": OSCI2017})


def declarations(context: "MappingProxyType[str, str]") -> str:
    return "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in sorted(context.items()))


NS5 = declarations(NS5_CONTEXT)
NS6 = declarations(NS6_CONTEXT)
NEXT = ' soap:actor="http://schemas.xmlsoap.org/soap/actor/next" soap:mustUnderstand="1"'
NONE = ' soap:actor="http://www.w3.org/2001/12/soap-envelope/actor/none" soap:mustUnderstand="1"'
XML_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\r\n\r\n'

CHUNK_BYTES = 1 << 20
"""Unit of work for payload: large enough that Python's share of the time is small, small enough for memory."""
MAX_XML_BYTES = 64 * 1024 * 1024
"""Largest XML document held in memory. The 200 MB per message of ERVB 2025 lie in attachments, not in the XML."""
MAX_XML_DEPTH = 64
"""Own choice: the deepest vector (double encryption, nested) stays below 20."""
MAX_XML_ELEMENTS = 200_000
"""Own choice: 1,000 attachments need about 20,000 elements."""
MAX_ATTRIBUTES = 64
"""Per element, own choice; OSCI never needs more than a dozen."""
MAX_MIME_LINE_BYTES = 1 << 20
"""Reader's limit of the reference implementation for a header line (section 3.2)."""
MAX_MIME_HEADER_BYTES = 1 << 21
"""All header lines of one part together, own choice."""
MAX_CONTENT_TYPE_CHARS = 2_000
"""Own choice; the longest one written needs 100. RFC 2046 allows boundaries of 70 characters."""
MAX_EMPTY_LINES = 64
"""Tolerated before the MIME header and before the first boundary; the reference implementation writes one."""
MAX_CERTIFICATES = 1_000
"""In one certificate block, own choice: readers and authors of a delivery are a handful."""
MAX_SIGNATURES = 100
"""Parallel content signatures of one container, own choice; each costs a public key operation."""
MAX_ENCRYPTED_CONTAINERS = 500
"""In one message, own choice; each costs a private key operation of milliseconds."""
MAX_PARTS = 4_000
"""ERVB 2025 allows 1,000 documents per message; signatures beside them and protocol files leave room."""
MAX_MESSAGE_BYTES = 512 * 1024 * 1024
"""Raw bytes on the wire: 200 MB of payload (ERVB 2025) with base64 transfer coding twice, and room."""
