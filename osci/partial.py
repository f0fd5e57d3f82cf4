"""Partial messages (EFFI, section 4.2): all that sends and takes large deliveries in chunks."""

from osci.chunks import (
    CHUNK_BLOB_NAME,
    CHUNK_CONTAINER_ID,
    CHUNK_CONTENT_ID,
    DEFAULT_CHUNK_KIB,
    KIB,
    PARTIAL_SUFFIX,
    chunk_content,
    chunk_package,
    fitting_chunk_kib,
    partial_id,
    piece,
    total_chunks,
)
from osci.download import Download
from osci.upload import Upload

__all__ = [
    "CHUNK_BLOB_NAME",
    "CHUNK_CONTAINER_ID",
    "CHUNK_CONTENT_ID",
    "DEFAULT_CHUNK_KIB",
    "KIB",
    "PARTIAL_SUFFIX",
    "Download",
    "Upload",
    "chunk_content",
    "chunk_package",
    "fitting_chunk_kib",
    "partial_id",
    "piece",
    "total_chunks",
]
