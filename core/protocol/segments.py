"""Segments: the rows of a few streams as they stood at one number, made beforehand and fetched as one file.

A segment has the form of a reply that holds only Data frames, called parts, packed without a dictionary: the shipped
one would make zstd search with tables for small messages. The cursor of a part is 0 but in the last part of its
stream, where it is the number up to which the segment knows the stream.
"""

SEGMENT_PATH = "/v1/segment/"
PART_ROWS = 500
PART_BYTES = 1024 * 1024
LEVEL = 19


def segment_path(sha256: bytes) -> str:
    """The path of a segment by its hash."""
    return SEGMENT_PATH + sha256.hex()
