"""Secrets among the words of a command line, and texts without them: a key given as a name is not repeated.

A password, or a piece of a key that nothing tells apart from a name, is not recognised.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote

HIDDEN = "***"
PIECE = 8  # characters of a secret that are too many to be shown, and too many to stand somewhere by chance

# Patterns are compiled when the first long word is looked at, which most command lines do not have.
# What follows one of these names is a secret, up to the next part of the string. Both may be URL-encoded.
_NAMED = (
    r"(?i)(?:shared\s?access\s?key|sharedaccesssignature\s+sig|(?:account|device|primary|secondary|symmetric)[\s_]?key"
    r"|(?<![a-z])sig)(?:\\?[\"'])?\s*(?:=|:|%3d|%253d)\s*(?:\\?[\"'])?([^;&\s,\"'\\<>]+)"
)
_OF_URL = r"://[^/@\s:]*:([^/@\s]{8,})@"  # the password in scheme://user:password@host
_JOINED = r"(?i)shared\s?access\s?key(?!name)([\w+/-]{16,}={0,2})"  # its '=' is missing
_BEARER = r"(?i)\bbearer(?:\s|%20|\+)+([\w.~+/=%-]+)"
_JWT = r"eyJ[\w-]{10,}(?:\.[\w-]*)*"
_PEM = r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)(?:-----END|\Z)"
# Base64 of 32 or 64 bytes, with its padding, or with the padding cut where it is the whole word.
_PADDED = r"(?<![A-Za-z0-9%])(?:[\w+/-]{43}=|[\w+/-]{86}==)(?![\w+/=])"
_BARE = r"[A-Za-z0-9+/]{32}|[A-Za-z0-9+/]{43}|[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{86}"
_KINDS = r"[A-Z]+|[a-z]+|[0-9]+|[+/]+"
# A key that was cut, or that stands in a path or behind letters: random base64 of some length, or with its padding.
_LONG = r"[A-Za-z0-9+/]{30,}={0,2}"
_ENDED = r"(?<![\w+/%-])[A-Za-z0-9+/]{15,}={1,2}(?![\w+/=])"
_WINDOW = 30  # characters that are looked at together; names have words in them, keys hardly any
_BASE64_TEXT = r"[A-Za-z0-9+/]{40,}={0,2}"
_JSON_ESCAPE = r"(?i)\\u00([2-7][0-9a-f])"
_LINE_BREAK = r"\s*[\r\n]\s*"
_KINDS_AT_LEAST = 0.45  # of neighbours in random base64, 6 of 10 are of two kinds; in names of several words, 4
_RUN = r"[\w+/=%.~-]{8,}"
_SHORTEST = 13  # characters of the shortest secret that needs no sign such as '=' before it: the head of a JWT
_BELONG = {
    "--login", "-l", "--connection-string", "--cs", "--token", "--key", "--group-key", "--sas", "--dps-login",
    "--passphrase", "--pass", "--proxy", "--value",
}  # fmt: skip


class TypedSecrets:
    """The secrets of a command line. Call it with a text to get the text without them.

    `misplaced`: one stands where no secret belongs, so that it may come back in a result as a name.
    """

    def __init__(self, arguments: Iterable[str]):
        self.misplaced = False
        self._pieces: set[str] = set()
        self._short: list[str] = []
        option = ""
        for word in arguments:
            name, equals, value = word.partition("=")
            is_option = word.startswith("-") and not word.startswith("-----")
            option = name if is_option else option
            text = value if is_option and equals and name.startswith("--") else word
            found = [*_secrets(text)]
            self.misplaced |= bool(found) and option not in _BELONG
            for secret in found:
                self._remember(secret)

    def __bool__(self) -> bool:
        return bool(self._pieces or self._short)

    def __call__(self, text: str) -> str:
        """The text with *** in the place of every piece of a secret."""
        for short in self._short:
            text = re.sub(re.escape(short), lambda found: _tail_hidden(found[0]), text, flags=re.IGNORECASE)
        return re.sub(_RUN, self._without, text) if self._pieces else text

    def _remember(self, secret: str) -> None:
        plain = unquote(secret)
        if len(plain) < PIECE:
            self._short += [f"{lead}{each}" for lead in ("=", "%3d", ":") for each in (secret, plain)]
            return
        for form in (secret, plain, quote(plain, safe=""), quote(quote(plain, safe=""), safe="")):
            for run in re.findall(_RUN, form.lower()):
                self._pieces.update(run[at : at + PIECE] for at in range(len(run) - PIECE + 1))

    def _without(self, found: re.Match[str]) -> str:
        run = found[0]
        lowered = run.lower() if run.isascii() else "".join(each.lower() if each.isascii() else each for each in run)
        covered = bytearray(len(run))
        for at in range(len(run) - PIECE + 1):
            if lowered[at : at + PIECE] in self._pieces:
                covered[at : at + PIECE] = b"\1" * PIECE
        if not any(covered):
            return run
        shown = "".join("\0" if hidden else each for each, hidden in zip(run, covered, strict=True))
        return re.sub("\0+", HIDDEN, shown)


def _secrets(word: str) -> Iterator[str]:
    """What looks like a secret in a word of a command line."""
    if len(word) < _SHORTEST and word.replace("-", "").isalnum():
        return
    readings = word, unquote(word), re.sub(_JSON_ESCAPE, _unescaped, word), re.sub(_LINE_BREAK, "", word)
    for text in dict.fromkeys(readings):
        yield from _plain_secrets(text)
        for run in re.findall(_BASE64_TEXT, text):
            if inner := [*_plain_secrets(_of_base64(run))]:
                yield run
                yield from inner


def _plain_secrets(text: str) -> Iterator[str]:
    for pattern in (_NAMED, _JOINED, _BEARER, _OF_URL):
        yield from (found.strip("\"'") for found in re.findall(pattern, text))
    yield from re.findall(_JWT, text)
    yield from re.findall(_PEM, text)
    yield from re.findall(_PADDED, text)
    yield from (run for run in re.findall(_LONG, text) if _holds_random(run))
    yield from (run for run in re.findall(_ENDED, text) if _is_random(run.rstrip("="), 0.35))
    bare = text.strip().strip("\"'")
    if re.fullmatch(_BARE, bare) and _is_random(bare):
        yield bare


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _of_base64(run: str) -> str:
    """The text that a run of base64 stands for; empty where it stands for none."""
    bare = run.rstrip("=")
    try:
        return base64.b64decode(bare[: len(bare) // 4 * 4]).decode("ascii")
    except ValueError:
        return ""


def _is_random(word: str, kinds_at_least: float = _KINDS_AT_LEAST) -> bool:
    """Whether letters of both cases and digits are mixed as no name mixes them."""
    kinds = all(re.search(kind, word) for kind in ("[A-Z]", "[a-z]", "[0-9]"))
    return kinds and len(re.findall(_KINDS, word)) > kinds_at_least * len(word)


def _holds_random(run: str) -> bool:
    """Whether some part of a run is mixed so: 12 changes of kind in 30 characters, and not half of them words."""
    letters = re.sub("[+/=]", "", run)
    windows = (letters[at : at + _WINDOW] for at in range(max(len(letters) - _WINDOW, 0) + 1))
    return any(
        len(re.findall(_KINDS, window)) >= 12
        and len(re.findall("[A-Z]+", window)) >= 4
        and len(re.findall("[a-z]+", window)) >= 4
        and "0" <= min(window) <= "9"
        and sum(map(len, re.findall("[a-z]{3,}", window))) <= 11
        for window in windows
    )


def _tail_hidden(text: str) -> str:
    lead = re.match(r"=|%3d|:", text, re.IGNORECASE)
    return (lead[0] if lead else "") + HIDDEN
