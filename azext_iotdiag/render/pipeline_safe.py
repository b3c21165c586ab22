"""Text that starts no command of a build server. The agents of Azure DevOps and GitHub read all that a step prints.

Azure DevOps runs `##vso[…]` anywhere in a line, and formats lines with `##[…]`. GitHub runs `##[…]` anywhere in a line,
and `::name …::` at its start. Both compare as .NET does for a language, which skips characters without a weight: a soft
hyphen inside `##vso[` hides nothing. So those characters, and colour sequences, are skipped here, too.
Sources: Command.cs of microsoft/azure-pipelines-agent, ActionCommand.cs of actions/runner.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from azext_iotdiag.render.terminal_safe import TURNS

# Control and format characters, and what Unicode calls default ignorable. Line ends and blanks are not among them.
_NO_WEIGHT = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SKIPPED = rf"(?:\x1b\[[\x20-\x3f]*[\x40-\x7e]|[{_NO_WEIGHT}])*"
_LINE_END = "\n\r\v\f\x85\u2028\u2029"
_BLANK = rf"(?:\x1b\[[\x20-\x3f]*[\x40-\x7e]|[{_NO_WEIGHT}]|[^\S{_LINE_END}])*"

# Patterns are compiled when a text needs one; most commands run outside a pipeline.
_HASHES = rf"(#{_SKIPPED})#(?={_SKIPPED}(?:[\[vV]|\Z))"
_COLONS = rf"((?:\A|[{_LINE_END}]){_BLANK}:{_SKIPPED}):"
_IN_JSON = rf"#(?={_SKIPPED}#)|:(?={_SKIPPED}:)"

_AT_START = rf"{_BLANK}(:?){_SKIPPED}\Z"
_AFTER_HASH = rf"#{_SKIPPED}\Z"
_OPEN_SEQUENCE = r"\x1b(?:\[[\x20-\x3f]{0,64})?\Z"


def is_pipeline(environment: Mapping[str, str]) -> bool:
    """Whether an agent of Azure DevOps or GitHub reads what this process prints."""
    return any(environment.get(name) for name in ("TF_BUILD", "GITHUB_ACTIONS"))


def json_text(text: str) -> str:
    r"""A JSON text without commands: one `#` of `##` and one `:` of `::` become \u escapes.

    Both pairs stand in strings only, so parsing gives the same value as before.
    """
    if "#" not in text and ":" not in text:
        return text
    return re.sub(_IN_JSON, lambda found: f"\\u{ord(found[0]):04x}", text)


def json_chunk(chunk: bytes) -> bytes:
    """The same for a stream's chunk of whole JSON documents; most of them are left alone after a look."""
    if b"##" not in chunk and b"::" not in chunk and chunk.isascii():
        return chunk
    return json_text(chunk.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def xml_text(text: str) -> str:
    """An XML document without commands, and without what steers a terminal: such characters become references.

    A step of a pipeline may print the file. Both pairs stand in values only, so parsing gives the same value as before.
    """
    return re.sub(f"{_IN_JSON}|[{TURNS}]", lambda found: f"&#{ord(found[0])};", text)


class Lines:
    r"""Text without commands, write by write: `##vso[` becomes `#\x23vso[`, and `::` at a line's start `:\x3a`.

    What a write ends with is kept in mind, so that no command is put together from two writes.
    """

    def __init__(self) -> None:
        self._before = ""  # what stands for the line so far: nothing yet, a colon, a hash, or any other text

    def __call__(self, text: str) -> str:
        """The text of one write, to be written in its place."""
        before = self._before
        joined = before + text
        safe = joined
        if "#" in joined or ":" in joined:
            safe = re.sub(_COLONS, r"\1\\x3a", re.sub(_HASHES, r"\1\\x23", joined))
        self._before = _in_mind(safe)
        return safe[len(before) :]


def _in_mind(text: str) -> str:
    """The shortest text that stands for the unfinished last line of this one."""
    last = text[max(text.rfind(each) for each in _LINE_END) + 1 :]
    left = re.search(_OPEN_SEQUENCE, last)
    sequence = left[0] if left else ""
    last = last[: len(last) - len(sequence)]
    if start := re.match(_AT_START, last):
        return start[1] + sequence
    return ("#" if re.search(_AFTER_HASH, last) else "x") + sequence
