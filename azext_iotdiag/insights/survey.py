"""What arguments of `explain` are: names of codes, a piece of a log, or words that are neither."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.code_hit import CodeHit
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.story import Story

NEAREST = 3
_CREDENTIAL = re.compile(r"SharedAccess(?:Key|Signature)|\bsig=", re.I)  # it was pasted by mistake


class EntriesAsked(NamedTuple):
    """What was asked for: entries by their names, or the story of a text in which they stand."""

    mentions: tuple[CodeHit, ...]
    story: Story | None = None


class UnknownName(ValueError):
    """The `names` are not known in the `context`; `elsewhere` are other contexts in which some have a meaning."""

    def __init__(self, names: tuple[str, ...], elsewhere: tuple[str, ...], context: str = ""):
        super().__init__(names)
        self.names = names
        self.elsewhere = elsewhere
        self.context = context


def ask(words: Iterable[str], context: str = "", sdk: str = "") -> EntriesAsked:
    """What arguments mean: names, or words of a log that was pasted, with or without quotes.

    Nothing for a text without codes. Raises Unknown for what stands where a name belongs and is none.
    """
    words = tuple(words)
    joined = " ".join(words)
    if whole := lookup.find(joined, context):
        return EntriesAsked(tuple(CodeHit(entry, (joined,)) for entry in whole))
    found = {word: lookup.find(word, context) for word in words}
    unknown = tuple(word for word, entries in found.items() if not entries)
    if unknown:
        elsewhere = sorted({_context(entry) for word in unknown for entry in lookup.find(word)})
        if elsewhere:
            raise UnknownName(unknown, tuple(elsewhere), context)
        quoted = any(" " in word for word in words)
        pasted = _paste(joined, context, sdk, lenient=quoted)
        if not quoted and (pasted.root is None or any(map(_misspelt, unknown))):
            raise UnknownName(unknown, (), context)
        if pasted.root is None and _CREDENTIAL.search(joined):
            raise UnknownName(unknown, (), context)
        return EntriesAsked(pasted.mentions, pasted)
    asked: dict[str, CodeHit] = {}
    for word, entries in found.items():
        for entry in entries:
            names = asked[entry.code].names if entry.code in asked else ()
            asked[entry.code] = CodeHit(entry, (*names, word))
    return EntriesAsked(tuple(asked.values()))


def listed(context: str) -> tuple[Entry, ...]:
    """All entries, or those that have a meaning of their own in a context. This loads the whole knowledge base."""
    from azext_iotdiag.knowledge import catalogue

    return tuple(entry for entry in catalogue.ALL if lookup.NAMES[entry.code].startswith(context))


def nearest(word: str) -> list[str]:
    """The known names most like a word, best first; for a number those that begin with the same three digits."""
    import difflib

    plain = word.strip().lower()
    number = re.fullmatch(r"\d{4,}", plain) is not None
    names = {
        name.lower(): name
        for name in lookup.NAMES
        if " " not in name
        and (name.startswith("amqp:") or name.partition(":")[0] not in lookup.CONTEXTS)
        and (not number or name[:3] == plain[:3])
    }
    return [names[near] for near in difflib.get_close_matches(plain, names, n=NEAREST, cutoff=0.5 if number else 0.7)]


def _paste(text: str, context: str, sdk: str, lenient: bool) -> Story:
    """What a pasted text says; if `lenient`, a bare number may be a code."""
    from azext_iotdiag.insights import prefixes, reading  # with their patterns and dialects loaded for a text only

    story = reading.read_text(text, context, sdk)
    if story.root is None and lenient:
        numbers = re.findall(r"\b[45]\d{5}\b", prefixes.parted(text.partition("\n")[0]).text)
        if numbers:
            return reading.read_text(" ".join(numbers), context, sdk)
    return story


def _misspelt(word: str) -> bool:
    """Whether it looks like a code with a fault in it, and not like any word of a log."""
    import difflib  # loaded for a fault only

    from azext_iotdiag.insights import codes

    if re.fullmatch(r"[45]\d{5}", word):
        return True
    return len(word) > 6 and bool(difflib.get_close_matches(word.lower(), codes.WORDS, 1, 0.85))


def _context(entry: Entry) -> str:
    place = lookup.NAMES[entry.code].partition(".")[0].partition("_")[0]
    return place if place in lookup.CONTEXTS else ""
