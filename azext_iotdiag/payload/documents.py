"""Reads a model out of every form of document in which models come: DTDL, IoT Central's templates and exports, lists of
interfaces, old capability models."""

from __future__ import annotations

import codecs
import os
from pathlib import Path
from typing import Any

from azext_iotdiag import bounded_files
from azext_iotdiag.payload import interfaces, local_words, terms
from azext_iotdiag.payload.json_text import read_json
from azext_iotdiag.payload.not_json import UNREAD, NotJson
from azext_iotdiag.payload.reading import ModelReading, Resolve, is_bare_interface, is_interface
from azext_iotdiag.payload.schema import Document, ModelError

_EXPECTED = (
    "expected is an interface of DTDL, a list of them, or a device template of IoT Central with its capabilityModel"
)

_SHORT = 2**20  # bytes; the length of shorter files matters to no limit

# What a file may begin with, its encoding, how Python calls that, and what is noted.
_MARKS = (
    (codecs.BOM_UTF16_LE, "UTF-16", "utf-16", "the file is in UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16", "utf-16", "the file is in UTF-16"),
    (codecs.BOM_UTF8, "UTF-8", "utf-8-sig", "the file begins with a byte order mark"),
)


def read(document: Any, resolve: Resolve | None, *, strict: bool) -> Document:
    """The model in a parsed document, a list of documents, the file at a path, or under a DTMI that `resolve` knows.

    Raises ModelError for what is no model.
    """
    reading = ModelReading(resolve, strict=strict)
    where, document = load(reading, document, resolve)
    return understood(reading, document, where)


def load(reading: ModelReading, document: Any, resolve: Resolve | None) -> tuple[str, Any]:
    """The parsed document, and the name of where it came from; "" for one that was given parsed."""
    where = ""
    if isinstance(document, str) and document.startswith(("dtmi:", "urn:")):
        where, document = document, _resolved(document, resolve)
    elif isinstance(document, (str, os.PathLike)):
        where, document = os.fspath(document), _parsed(reading, Path(document))
    return where, local_words.written_out(document)


def understood(reading: ModelReading, document: Any, where: str) -> Document:
    """The model in a parsed document. Raises ModelError for what is no model."""
    document = _flat(document) if isinstance(document, list) else document
    reading.add(document)
    if where and isinstance(document, list) and where.startswith("dtmi:"):
        root, context = reading.node(where, where, "the model"), None
    else:
        root, context = _root(document, where)
    if isinstance(document, list):
        context = context or next((each.get("@context") for each in document if "@context" in each), None)
    reading.use(root.get("@context", context))
    name = terms.identifier(root) or where or "the model"
    interface = interfaces.read(reading, root, name)
    others = tuple(each for each in reading.tops if each is not root)
    return Document(interface, reading.schemas, tuple(reading.issues), reading.version, root, others)


def _resolved(identifier: str, resolve: Resolve | None) -> Any:
    if resolve is None:
        raise ModelError(
            f"{identifier} is an identifier, and there is no model repository to look it up in", missing=identifier
        )
    document = resolve(identifier)
    if document is None:
        looked = getattr(resolve, "looked", None)
        where = f"; looked in {looked(identifier)}" if looked else ""
        raise ModelError(f"{identifier} was not found{where}", missing=identifier)
    return document


def _parsed(reading: ModelReading, path: Path) -> Any:
    """The JSON in a file, in UTF-8 or UTF-16."""
    try:
        body = bounded_files.read(path)
    except IsADirectoryError:
        raise ModelError(f"{path} is a folder; name the file, or a DTMI that it holds as a model repository") from None
    except OSError as wrong:
        raise ModelError(f"{path} cannot be read: {wrong.strerror or wrong}") from None
    except ValueError as wrong:  # a NUL, or what cannot be encoded
        raise ModelError(f"{str(path)!r} cannot be the name of a file: {wrong}") from None
    found = next((each for mark, *each in _MARKS if body.startswith(mark)), None)
    if found is not None:
        encoding, codec, note = found
        reading.quirk(note, str(path))
        try:
            body = body.decode(codec).encode("utf-8")
        except UnicodeDecodeError:
            raise ModelError(f"{path} begins as {encoding} and then is none") from None
    if len(body) > _SHORT:
        reading.characters = len(body.decode("utf-8", "replace").strip())
    try:
        return read_json(body)
    except NotJson as wrong:
        if wrong.value is UNREAD:
            raise ModelError(f"{path} is not JSON: {wrong}") from None
        reading.quirk(str(wrong), str(path))
        return wrong.value


def _root(document: Any, where: str) -> tuple[dict[str, Any], Any]:
    """The interface that a document is about, and the @context that it stands in."""
    lead = f"{where}: " if where else ""
    if isinstance(document, list):
        nodes = [
            each for each in document if isinstance(each, dict) and (is_interface(each) or is_bare_interface(each))
        ]
        if not nodes or len(nodes) < len(document):
            raise ModelError(
                f"{lead}the list holds what is no interface; {_EXPECTED}"
                if document
                else f"{lead}the list of interfaces is empty"
            )
        return _first_not_named_elsewhere(nodes), None
    if not isinstance(document, dict):
        raise ModelError(f"{lead}this is no model but {_json_type(document)}; {_EXPECTED}")
    context = document.get("@context")
    for key in ("capabilityModel", "model"):  # a template of IoT Central; what `az dt model show` gives
        inner = document.get(key)
        if isinstance(inner, dict):
            return inner, inner.get("@context", context)
        if isinstance(inner, list) and inner and all(isinstance(each, dict) for each in inner):
            return _first_not_named_elsewhere(inner), context
    if is_interface(document) or "Interface" in terms.types(document):
        return document, context
    if isinstance(document.get("value"), list):
        raise ModelError(f"{lead}this is a list of templates as IoT Central's API pages them; give one of them")
    keys = ", ".join(list(map(str, document))[:6]) or "none"
    raise ModelError(f"{lead}this is no model: {_EXPECTED}. The keys in it are: {keys}")


def _flat(documents: list[Any]) -> list[Any]:
    """The documents in a list. Lists in it are taken apart, as everywhere in the language."""
    return [inner for each in documents for inner in (_flat(each) if isinstance(each, list) else [each])]


def _first_not_named_elsewhere(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """Of several interfaces the one that no other refers to, the first where there are more, or none."""
    own = {terms.identifier(node) for node in nodes}
    named: set[str] = set()
    for node in nodes:
        rest: list[Any] = [value for key, value in node.items() if key not in ("@id", "id")]
        while rest:
            part = rest.pop()
            if isinstance(part, str) and part in own:
                named.add(part)
            elif isinstance(part, (list, dict)):
                rest.extend(part.values() if isinstance(part, dict) else part)
    return next((node for node in nodes if terms.identifier(node) not in named), nodes[0])


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    return (
        "a number" if isinstance(value, (int, float)) else "a text" if isinstance(value, str) else type(value).__name__
    )
