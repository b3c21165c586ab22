"""Lines of a text that arrives in pieces, such as a log on standard input, as Linux or Windows encodes it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

PIECE = 1 << 16
LONGEST = 1 << 20  # characters; a line beyond that is given in several

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def lines(source: BinaryIO) -> Iterator[str]:
    """The lines of `source` as soon as they are there, without their ends. What is no text becomes U+FFFD.

    It is UTF-8 unless a byte order mark says otherwise, as in what PowerShell redirects.
    """
    read = getattr(source, "read1", source.read)
    piece = read(PIECE)
    while 0 < len(piece) < 3:
        more = read(PIECE)
        if not more:
            break
        piece += more
    encoding = next((name for mark, name in _MARKS if piece.startswith(mark)), "utf-8")
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = ""
    while piece:
        *whole, rest = (rest + decoder.decode(piece)).split("\n")
        yield from (line.rstrip("\r") for line in whole)
        if len(rest) > LONGEST:
            yield rest
            rest = ""
        piece = read(PIECE)
    rest += decoder.decode(b"", True)
    if rest:
        yield rest.rstrip("\r")
