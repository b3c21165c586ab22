"""Words that a document defines itself, in an object in its @context: prefixes and other names of identifiers.

DTDL takes only identifiers there; JSON-LD, on which it is built, takes such words, and tools write them.
https://www.w3.org/TR/json-ld11/#compact-iris
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Words = Mapping[str, str]
# The keys whose values are identifiers or terms. The text under any other key is for people, or is a name.
_REFERRING = frozenset(
    ("@id", "@type", "elementSchema", "extends", "implements", "request", "response", "schema", "target", "unit",
     "valueSchema")
)  # fmt: skip


def defined(context: Any) -> dict[str, str]:
    """The words that an @context defines, each with the identifier that it stands for."""
    found: dict[str, str] = {}
    for each in context if isinstance(context, list) else [context]:
        for word, meaning in each.items() if isinstance(each, dict) else ():
            meaning = meaning.get("@id") if isinstance(meaning, dict) else meaning
            if isinstance(meaning, str) and word and not word.startswith("@"):
                found[word] = meaning
    return found


def written_out(document: Any, words: Words | None = None) -> Any:
    """The document with identifiers in the place of such words; the document itself where it defines none."""
    if isinstance(document, list):
        made = [written_out(each, words) for each in document]
        return made if any(new is not old for new, old in zip(made, document, strict=True)) else document
    if not isinstance(document, dict):
        return document
    own = defined(document.get("@context"))
    words = {**(words or {}), **own} if own else words
    changed: dict[str, Any] = {}
    same = True
    for key, value in document.items():
        name = _meaning(key, words) if words else key
        new = value if key == "@context" else _referred(value, words) if words and key in _REFERRING else value
        new = written_out(new, words) if key != "@context" else new
        same = same and name is key and new is value
        changed[name] = new
    return document if same else changed


def _referred(value: Any, words: Words) -> Any:
    """An identifier or a list of some, written out."""
    if isinstance(value, str):
        return _meaning(value, words)
    if isinstance(value, list) and any(isinstance(each, str) for each in value):
        return [_meaning(each, words) if isinstance(each, str) else each for each in value]
    return value


def _meaning(text: str, words: Words) -> str:
    if text in words:
        return words[text]
    prefix, colon, rest = text.partition(":")
    return f"{words[prefix]}{rest}" if colon and prefix in words else text
