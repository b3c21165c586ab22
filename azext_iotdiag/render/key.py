"""What became of a test of keys, or of a renewal, as data and as lines for a person.

Keys are in neither, except in those of a renewal that is asked to show them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from azext_iotdiag.model.check import Status
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.keys import Admission, GivenKey, KeyComparison, KeyMatch
from azext_iotdiag.model.verdict import Diagnosis, State
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable


class _Seen(NamedTuple):
    """The values of the facts, as far as there are any."""

    given: GivenKey | None
    keys: KeyComparison | None
    admission: Admission | None


def _seen(facts: Facts) -> _Seen:
    values = (facts[name].value if name in facts else None for name in ("given", "key_comparison", "admission"))
    return _Seen(*values)


def data(facts: Facts, found: Diagnosis, known: Known) -> dict[str, Any]:
    """Everything that was found out."""
    given, keys, admission = _seen(facts)
    asked: Any = facts["asked"].value
    return {
        **results.diagnosis(found, known, _healthy(facts, found)),
        "hub": asked.hub or (given.host if given else None),
        "device": asked.device or (given.device if given else None) or (keys.device if keys else None),
        "module": asked.module or (given.module if given else "") or None,
        "authentication": keys.authentication if keys else None,
        "status": keys.status if keys else None,
        "given": (given.kind or ("key" if keys and keys.key_match else None)) if given else None,
        "fits": keys.key_match.value if keys and keys.key_match else None,
        "letIn": admission.let_in if admission else None,
        "protocol": admission.protocol if admission else None,
    }


def lines(facts: Facts, found: Diagnosis, known: Known) -> Iterator[str]:
    """The same for a person; what is `known` stands in the commands."""
    given, keys, _ = _seen(facts)
    yield from text.answer(found, _healthy(facts, found))
    if keys is not None:
        where = f"{keys.device}{f' / {keys.module}' if keys.module else ''} in {keys.hub}"
        yield printable(f"  {where}: {keys.authentication}, {keys.status or 'status not known'}")
        if keys.authentication == "sas" and keys.key_match is None:
            several = "s" if len(keys.keys) > 1 else ""
            compared = "; no key was given to compare" if given is None else ""
            yield f"  It has {' and '.join(keys.keys) or 'no'} key{several}{compared}."
        if keys.authentication == "selfSigned":
            yield f"  Thumbprints: {' and '.join(each for each in keys.thumbprints if each) or 'none'}"
    good = list(_good(facts))
    yield from (f"  {line}" for line in (good if found.verdict.state is not State.HEALTHY else good[1:]))
    yield from text.rest(found, known)


def _healthy(facts: Facts, found: Diagnosis) -> str:
    """The answer where nothing is wrong: what was seen to be right, or that nothing was compared."""
    if not {"given", "device_certificate", "admission"} & set(facts):
        return "- No key was compared: add --key, --connection-string or --certificate."
    compared = any(each.check.name != "string-is-right" and each.status is not Status.SKIP for each in found.results)
    return next(_good(facts), results.HEALTHY if compared else "- Nothing could be compared.")


def _good(facts: Facts) -> Iterator[str]:
    """What was seen to be right."""
    given, keys, admission = _seen(facts)
    if given is not None and keys is not None and keys.key_match in (KeyMatch.PRIMARY, KeyMatch.SECONDARY):
        yield f"√ {given.source} is the device's {keys.key_match.value} key."
    if admission is not None and admission.let_in:
        yield printable(f"√ {admission.host} lets {admission.device} in, over {admission.protocol}.")


def renewed(hub: str, device: str, module: str, key_type: str, pair: tuple[str, str] | None) -> dict[str, Any]:
    """A key that was renewed, as data; `pair` holds both keys where they are to be shown."""
    told: dict[str, Any] = {
        "version": results.VERSION,
        "hub": hub,
        "device": device,
        "module": module or None,
        "renewed": key_type,
    }
    return told if pair is None else {**told, "primaryKey": pair[0], "secondaryKey": pair[1]}


def renewed_lines(hub: str, device: str, _module: str, key_type: str, pair: tuple[str, str] | None) -> list[str]:
    """The same for a person."""
    done = "Swapped the keys" if key_type == "swap" else f"Renewed the {key_type} key"
    lines = [f"{done} of {device} in {hub}."]
    return lines if pair is None else [*lines, f"Primary    {pair[0]}", f"Secondary  {pair[1]}"]


def written(hub: str, device: str, module: str, key_type: str, file: str, key_alone: bool) -> dict[str, Any]:
    """A key that was written into a file, as data. The key is not in it."""
    return {
        "version": results.VERSION,
        "hub": hub,
        "device": device,
        "module": module or None,
        "keyType": key_type,
        "file": file,
        "holds": "key" if key_alone else "connection string",
    }


def written_lines(hub: str, device: str, module: str, key_type: str, file: str, key_alone: bool) -> list[str]:
    """The same for a person."""
    whose = f"{device}{f' / {module}' if module else ''} in {hub}"
    what = (
        f"The {key_type} key of {whose}" if key_alone else f"The connection string of {whose}, with its {key_type} key,"
    )
    lines = [printable(f"√ {what} was written to {file}."), "  Only your user can read the file."]
    if not key_alone:
        lines.append(printable(f"  → Use it with: --connection-string @{file}"))
    return lines


def lock_out(connected: bool) -> str:
    """What a new key means for programs that use the old one."""
    note = "A program that uses the old key is refused from its next token on."
    return f"The device is connected. {note}" if connected else note


def origin_unseen(mitigation: str) -> str:
    """What to mind where nothing was given that tells where the key comes from."""
    return (
        "A hub does not show whether a device comes through DPS. If this device does, renew the key there: "
        f"{mitigation} With --dps-name or --group-key this command finds out."
    )
