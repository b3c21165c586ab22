"""`template infer`: a first model from recorded messages, or a new version of a model with what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from azext_iotdiag.payload import infer
from azext_iotdiag.payload.schema import Document
from azext_iotdiag.streams.validation import observed


class Inferred(NamedTuple):
    """A model as JSON, and what it was made of.

    `messages` were read, `unread` of them without success; `fields` tells whether any of them held a field. `added` are
    the names that a given model lacked, None where there was none. `notes` say what could not be told.
    """

    document: Any
    messages: int
    unread: int
    fields: bool
    added: tuple[str, ...] | None
    notes: tuple[str, ...]


def inferred(files: Iterable[str], model_id: str, base: Document | None = None, device: str | None = None) -> Inferred:
    """The model that messages in files fit, of the devices that the pattern `device` names.

    With `base` it is a new version of that, else it gets the id `model_id`. Raises OSError.
    """
    seen = observed(files, device)
    fields = any(seen.components.values())
    added: tuple[str, ...] | None = None
    if base is None:
        document, notes = infer.model(seen, model_id)
        notes += infer.whole_numbers(seen)
    else:
        document, names, notes = infer.extended(seen, base)
        added = tuple(names)
        notes += infer.whole_numbers(seen, {each.name for each in base.root.contents} | set(base.root.components))
    return Inferred(document, seen.messages, seen.unread, fields, added, tuple(notes))
