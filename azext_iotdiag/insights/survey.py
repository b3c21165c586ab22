"""What a text or a list of names mentions: each entry once, with how often and where, whatever the text's length."""

from __future__ import annotations

import re
from collections.abc import Iterable

from azext_iotdiag.insights import codes
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.mention import Mention

LINES = 10  # as many line numbers are kept for each entry
NEAREST = 3


class Survey:
    """Counts mentions line by line. What it holds is bounded by the number of entries, not of lines."""

    def __init__(self, context: str = ""):
        self.lines = 0
        self._context = context
        self._known: dict[tuple[str, str], tuple[Entry, ...]] = {}
        self._mentions: dict[str, Mention] = {}

    def add(self, line: str) -> None:
        """Take in the next line."""
        self.lines += 1
        here: dict[str, tuple[Entry, list[str]]] = {}
        for hit in codes.find(line, self._context):
            for entry in self._entries(hit.name, hit.context):
                here.setdefault(entry.code, (entry, []))[1].append(hit.name)
        for code, (entry, names) in here.items():
            so_far = self._mentions.get(code, Mention(entry, ()))
            self._mentions[code] = Mention(
                entry,
                tuple(dict.fromkeys((*so_far.names, *names))),
                so_far.times + 1,
                (*so_far.lines, self.lines) if len(so_far.lines) < LINES else so_far.lines,
            )

    def mentions(self) -> tuple[Mention, ...]:
        """What was found, the most frequent first."""
        return tuple(sorted(self._mentions.values(), key=lambda mention: (-mention.times, mention.lines)))

    def _entries(self, name: str, context: str) -> tuple[Entry, ...]:
        key = (name.lower(), context)
        if key not in self._known:
            self._known[key] = lookup.find(name, context) or lookup.find(name)
        return self._known[key]


class Unknown(ValueError):
    """The `names` are not known in the `context`; `elsewhere` are other contexts in which some have a meaning."""

    def __init__(self, names: tuple[str, ...], elsewhere: tuple[str, ...], context: str = ""):
        super().__init__(names)
        self.names = names
        self.elsewhere = elsewhere
        self.context = context


def ask(words: Iterable[str], context: str = "") -> tuple[Mention, ...]:
    """What arguments mean: names, or words of a log that was pasted, with or without quotes.

    Nothing for a text without codes. Raises Unknown for what stands where a name belongs and is none.
    """
    words = tuple(words)
    joined = " ".join(words)
    if whole := lookup.find(joined, context):
        return tuple(Mention(entry, (joined,)) for entry in whole)
    found = {word: lookup.find(word, context) for word in words}
    unknown = tuple(word for word, entries in found.items() if not entries)
    if unknown:
        elsewhere = sorted({_context(entry) for word in unknown for entry in lookup.find(word)})
        if elsewhere:
            raise Unknown(unknown, tuple(elsewhere), context)
        quoted = any(" " in word for word in words)
        pasted = _paste(joined, context, lenient=quoted)
        if not quoted and (not pasted or any(map(_misspelt, unknown))):
            raise Unknown(unknown, (), context)
        return pasted
    asked: dict[str, Mention] = {}
    for word, entries in found.items():
        for entry in entries:
            names = asked[entry.code].names if entry.code in asked else ()
            asked[entry.code] = Mention(entry, (*names, word))
    return tuple(asked.values())


def were_named(mentions: tuple[Mention, ...]) -> bool:
    """Whether `ask` took the words for names, and not for a text in which it found these mentions, or none."""
    return bool(mentions) and not any(mention.lines for mention in mentions)


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


def _paste(text: str, context: str, lenient: bool) -> tuple[Mention, ...]:
    """What a text that somebody asks about mentions; if `lenient`, a number that nothing calls a code may be one."""
    survey = Survey(context)
    for line in text.splitlines():
        survey.add(line)
    if lenient and not survey.mentions():
        for line in text.splitlines():
            for word in re.findall(r"\b[45]\d{5}\b", codes.without_prefix(line)):
                survey.add(word)
        return tuple(mention._replace(lines=(1,)) for mention in survey.mentions())
    return survey.mentions()


def _misspelt(word: str) -> bool:
    """Whether it looks like a code with a fault in it, and not like any word of a log."""
    import difflib  # loaded for a fault only

    if re.fullmatch(r"[45]\d{5}", word):
        return True
    return len(word) > 6 and bool(difflib.get_close_matches(word.lower(), codes.WORDS, 1, 0.85))


def _context(entry: Entry) -> str:
    place = lookup.NAMES[entry.code].partition(".")[0].partition("_")[0]
    return place if place in lookup.CONTEXTS else ""
