"""Whole lines of a stream in blocks, whatever its encoding and however few bytes come at a time."""

from __future__ import annotations

import io

import pytest

from azext_iotdiag.streams.blocks import blocks

TEXT = "first \u00e4\nsecond\n\nlast"


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_lines_come_whole(encoding: str, size: int) -> None:
    mark = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}.get(encoding, "")
    found = list(blocks(io.BytesIO((mark + TEXT).encode(encoding)), size))
    assert b"".join(found).decode() == TEXT
    assert all(each.endswith(b"\n") for each in found[:-1])


@pytest.mark.parametrize("body", [b"", b"a", b"ab", b"a\n", b"\n"])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_stream_of_few_bytes(body: bytes, size: int) -> None:
    assert b"".join(blocks(io.BytesIO(body), size)) == body
