"""Identifiers. Each kind has its own type, so that they cannot be mixed up."""

from typing import NewType
from uuid import UUID

AkteId = NewType("AkteId", UUID)
SendungId = NewType("SendungId", UUID)
NachrichtId = NewType("NachrichtId", UUID)
PersonId = NewType("PersonId", UUID)
MessageId = NewType("MessageId", str)
"""The id an intermediary gives to a delivery: opaque text, already decoded from the base64 of the wire."""
