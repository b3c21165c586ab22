"""Words of a log as they may be shown: short, on one line, and without what could be a secret."""

from __future__ import annotations

import re

MOST = 160  # characters
_SECRET = re.compile(
    r"((?:SharedAccessKey|AccountKey|primaryKey|secondaryKey|symmetric_?key|password|passwd|pwd|passphrase|api_?key|"
    r"token|secret|sig|skn|sas|psk|privateKey)[\"']?\s*[=:]\s*[\"']?)(?!\*)[^\s\"',;&})\]]{3,}",
    re.I,
)
_TOKEN = re.compile(r"SharedAccessSignature\s+\S.*", re.I)
_BEARER = re.compile(r"(bearer\s+)\S+", re.I)
_BASE64 = re.compile(r"(?<![\w/+])(?=[\w/+]*\d)(?=[\w/+]*[a-z])(?=[\w/+]*[A-Z])[A-Za-z0-9+/]{32,}={0,2}")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")


def words(text: str, at: int = 0) -> str:
    """The text around a place in it."""
    start = max(0, at - MOST // 2) if len(text) > MOST and at > MOST // 2 else 0
    piece = text[start : start + 4 * MOST]
    piece = _TOKEN.sub("SharedAccessSignature ***", piece)
    piece = _BEARER.sub(r"\1***", _SECRET.sub(r"\1***", piece))
    piece = _BLANKS.sub(" ", _BASE64.sub("***", piece)).strip()
    cut = piece[:MOST]
    return ("..." if start else "") + cut + ("..." if len(piece) > MOST else "")
