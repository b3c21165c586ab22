"""Blocks of whole lines of a text that arrives in pieces, in UTF-8, whatever its encoding is."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from azext_iotdiag.streams.text import LONGEST, PIECE, Readable

_MARKS = ((codecs.BOM_UTF8, ""), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SAMPLE = 512  # bytes by which UTF-16 without a mark is known


def blocks(source: BinaryIO | Readable, piece_bytes: int = PIECE) -> Iterator[bytes]:
    """Blocks of whole lines as soon as they are there. The last line may lack its end, and so may one of over 1 MB."""
    read = getattr(source, "read1", source.read)
    piece = read(piece_bytes)
    while 0 < len(piece) < 3:
        more = read(piece_bytes)
        if not more:
            break
        piece += more
    mark, encoding = next(((mark, name) for mark, name in _MARKS if piece.startswith(mark)), (b"", _guessed(piece)))
    piece = piece[len(mark) :]
    if mark and not piece:  # more may come; of a source that has ended nothing is asked again
        piece = read(piece_bytes)
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    rest: list[bytes] = []
    held = 0
    while piece:
        if decoder is not None:
            piece = decoder.decode(piece).encode("utf-8", "replace")
        end = piece.rfind(b"\n") + 1
        if end:
            yield b"".join((*rest, piece[:end]))
            rest, held, piece = [], 0, piece[end:]
        if piece:
            rest.append(piece)
            held += len(piece)
        if held > LONGEST:
            yield b"".join((*rest, b"\n"))
            rest, held = [], 0
        piece = read(piece_bytes)
    if rest:
        yield b"".join(rest)


def _guessed(piece: bytes) -> str:
    """UTF-16 where every other byte is zero, as PowerShell writes it, also where the mark was lost."""
    sample = piece[:_SAMPLE]
    if len(sample) < 4:
        return ""
    half = len(sample) // 2
    if sample[1::2].count(0) > 0.8 * half and sample[::2].count(0) < 0.2 * half:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > 0.8 * half and sample[1::2].count(0) < 0.2 * half else ""
