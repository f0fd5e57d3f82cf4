"""Other ways to write the same message: rewritings that leave canonical form, and so every signature, as it is."""

import base64
import re
from collections.abc import Callable

Rewriting = Callable[[bytes], bytes]
LONG_BOUNDARY = b"=_ Ein langer Rand, in Anfuehrungszeichen: (1)/'2'+3?_" + b"x" * 16
"""70 characters, all that RFC 2046 allows, blanks and punctuation among them."""


def boundary(data: bytes) -> bytes:
    found = re.search(rb'boundary="?([^;"]+)"?;', data)
    assert found is not None
    return found[1]


def xml_only(change: Rewriting) -> Rewriting:
    """Applies `change` to the envelope, not to attachments."""

    def rewrite(data: bytes) -> bytes:
        end = data.index(b"Envelope>", data.index(b"<?xml") + 200) + len(b"Envelope>")
        return change(data[:end]) + data[end:]

    return rewrite


def tags(change: Rewriting) -> Rewriting:
    """Applies `change` to every start tag."""
    return xml_only(lambda data: re.sub(rb"<[A-Za-z][^<>]*>", lambda found: change(found[0]), data))


ATTRIBUTE = re.compile(rb"""\s+[\w:]+=(?:"[^"]*"|'[^']*')""")


def _reversed(tag: bytes) -> bytes:
    found = ATTRIBUTE.findall(tag)
    return tag[: -len(b"".join(found)) - 1] + b"".join(reversed(found)) + b">" if found else tag


def _spaced(tag: bytes) -> bytes:
    return ATTRIBUTE.sub(lambda found: b"\r\n\t " + found[0].lstrip().replace(b"=", b" =  ", 1), tag[:-1]) + b" \n>"


def _reference(tag: bytes) -> bytes:
    return re.sub(rb'Id="(.)', lambda found: b'Id="&#x%X;' % found[1][0], tag)


def _own_boundary(data: bytes) -> bytes:
    old = boundary(data)
    quoted = b'boundary="' + LONG_BOUNDARY + b'"'
    return data.replace(b"boundary=" + old, quoted, 1).replace(b"--" + old, b"--" + LONG_BOUNDARY)


def _one_line(change: Callable[[bytes, bytes], bytes]) -> Rewriting:
    """Applies `change(name, value)` to each MIME header line."""
    pattern = rb"(?m)^(MIME-Version|Content-[A-Za-z-]+): ([^\r\n]*)\r\n"
    return lambda data: re.sub(pattern, lambda found: change(found[1], found[2]) + b"\r\n", data)


def _xml_as_base64(data: bytes) -> bytes:
    start = data.index(b"<?xml")
    end = data.index(b"\r\n--" + boundary(data), start)
    head = data[:start].replace(b"Content-Transfer-Encoding: 8bit", b"Content-Transfer-Encoding: BASE64")
    return head + base64.encodebytes(data[start:end]).replace(b"\n", b"\r\n") + data[end:]


def _parts(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    """Everything up to the second part, the attachments with their heads, the end."""
    mark = b"\r\n--" + boundary(data)
    end = data.rindex(mark)
    first = data.index(mark, data.index(b"Envelope>", data.index(b"<?xml") + 200))
    return data[:first], data[first:end].split(mark)[1:], data[end:]


def _attachments(change: Callable[[list[bytes]], list[bytes]]) -> Rewriting:
    def rewrite(data: bytes) -> bytes:
        head, parts, end = _parts(data)
        mark = b"\r\n--" + boundary(data)
        return head + b"".join(mark + part for part in change(parts)) + end

    return rewrite


def _as_base64(part: bytes) -> bytes:
    head, body = part.split(b"\r\n\r\n", 1)
    if b"base64" in head:
        return part
    head = re.sub(rb"\r\nContent-Length: \d+", b"", head.replace(b"8-bit", b"Base64").replace(b"binary", b"Base64"))
    wide = b"\r\n ".join(re.findall(rb".{1,64}", base64.b64encode(body)))
    return head + b"\r\n\r\n" + wide


def _declared_once(data: bytes) -> bytes:
    """The Envelope's start tag, with all declarations, lies within the first 900 bytes."""
    return data[:900] + re.sub(rb' xmlns:(ds|soap|xsi)="[^"]*"', b"", data[900:])


REWRITINGS: dict[str, Rewriting] = {
    "attribute order": tags(_reversed),
    "single quotes": tags(lambda tag: tag.replace(b'"', b"'")),
    "blanks in tags": tags(_spaced),
    "character references": tags(_reference),
    "empty-element tags": xml_only(lambda d: re.sub(rb"<([\w:]+)([^<>]*)></\1>", rb"<\1\2/>", d)),
    "comments between blocks": xml_only(lambda d: d.replace(b"><osci:", b"><!-- - --><osci:")),
    "CDATA": xml_only(lambda d: re.sub(rb"(Code>)(\d{4})(</)", rb"\1<![CDATA[\2]]>\3", d)),
    "declarations on the Envelope only": xml_only(_declared_once),
    "no XML declaration": lambda d: re.sub(rb"<\?xml.*?\?>\s*", b"", d, count=1),
    "byte order mark": lambda d: d.replace(b"<?xml", b"\xef\xbb\xbf<?xml", 1),
    "other line ends around the XML": lambda d: d.replace(b"?>\r\n\r\n", b"?>\n  \n", 1),
    "envelope as base64": _xml_as_base64,
    "a long quoted boundary with blanks": _own_boundary,
    "blanks around the boundary's equals sign": lambda d: d.replace(b"; boundary=", b" ;\r\n\t boundary = ", 1),
    "other parameters": lambda d: d.replace(b"; type=text/xml", b'; type="text/xml"; start="<osci@message>"; x=""', 1),
    "blanks behind boundaries": lambda d: d.replace(b"--" + boundary(d) + b"\r\n", b"--" + boundary(d) + b" \t\r\n"),
    "header names in capitals": _one_line(lambda name, value: name.upper() + b":" + value),
    "folded headers": _one_line(lambda name, value: name + b":\r\n\t" + value),
    "blanks before the colon": _one_line(lambda name, value: name + b" :   " + value + b"  "),
    "more headers": _one_line(lambda name, value: b"X-A: a\r\nX-A: b\r\n" + name + b": " + value),
    "charset quoted": lambda d: d.replace(b"charset=UTF-8", b'charset="utf-8"'),
    "no charset": lambda d: d.replace(b"; charset=UTF-8", b""),
    "types in capitals": lambda d: d.replace(b"Multipart/Related", b"MULTIPART/RELATED").replace(b"8-bit", b"BINARY"),
    "Content-IDs without brackets": lambda d: re.sub(rb"Content-ID: <([^>\r]*)>", rb"Content-ID: \1", d),
    "no Content-Length": lambda d: re.sub(rb"Content-Length: \d+\r\n", b"", d),
    "attachments in another order": _attachments(lambda parts: parts[::-1]),
    "attachments as base64 in other lines": _attachments(lambda parts: [_as_base64(part) for part in parts]),
    "junk behind": lambda d: d + b"\r\nEpilog --" + boundary(d) + b"\r\n",
}
