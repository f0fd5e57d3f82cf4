"""The element of the small tree that `osci.xml` makes; prefixes, declarations and source offsets are kept.

Canonical forms and re-packing need them (sections 3.3, 3.4).
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from osci.errors import invalid

EMPTY_CONTEXT: Mapping[str, str] = MappingProxyType({})


class Element:
    """One element. `context` maps every prefix in scope to its namespace, `declared` those on its own start tag.

    `attributes` are (qualified name, namespace, value) without declarations; `start` is the byte offset of the start
    tag in the parsed document, `end` that of the end tag. `children` holds elements and text in order, `inner` the
    elements alone; `has_text` says whether any of the text is more than blanks. They grow only while parsing.
    """

    __slots__ = (
        "attributes",
        "children",
        "context",
        "declared",
        "end",
        "has_text",
        "inner",
        "local",
        "name",
        "namespace",
        "start",
    )

    def __init__(
        self,
        name: str,
        local: str,
        namespace: str,
        context: Mapping[str, str],
        declared: Mapping[str, str],
        attributes: Sequence[tuple[str, str, str]],
        start: int,
    ) -> None:
        self.name = name
        self.local = local
        self.namespace = namespace
        self.context = context
        self.declared = declared
        self.attributes = attributes
        self.children: list[Element | str] = []
        self.inner: list[Element] = []
        self.has_text = False
        self.start = start
        self.end = start

    def get(self, name: str) -> str | None:
        """An attribute by its qualified name, as OSCI names its attributes."""
        for key, _, value in self.attributes:
            if key == name:
                return value
        return None

    def is_(self, namespace: str, local: str) -> bool:
        return self.local == local and self.namespace == namespace

    def elements(self) -> Sequence["Element"]:
        """Child elements; RemoteProtocolError 9100 where text stands between them."""
        if self.has_text:
            raise invalid(f"text between the elements of {self.local}")
        return self.inner

    def text(self) -> str:
        """Character data; RemoteProtocolError 9100 where elements stand in it."""
        if self.inner:
            raise invalid(f"elements inside the text of {self.local}")
        return "".join(child for child in self.children if isinstance(child, str))

    def child(self, namespace: str, local: str) -> "Element | None":
        """The only child of that name, None if missing; 9100 where there are several."""
        found = None
        for element in self.elements():
            if element.local == local and element.namespace == namespace:
                if found is not None:
                    raise invalid(f"{local} appears more than once in {self.local}")
                found = element
        return found

    def need(self, namespace: str, local: str) -> "Element":
        found = self.child(namespace, local)
        if found is None:
            raise invalid(f"{local} is missing in {self.local}")
        return found

    def all(self, namespace: str, local: str) -> list["Element"]:
        return [e for e in self.elements() if e.local == local and e.namespace == namespace]

    def walk(self) -> Iterator["Element"]:
        """This element and all below it, in document order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            if element.inner:
                stack.extend(reversed(element.inner))
