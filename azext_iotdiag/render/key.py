"""What became of a test of keys, as data and as lines for a person. No key is in either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from azext_iotdiag.model.check import CheckResult, Status
from azext_iotdiag.model.keys import Admission, GivenKey, Likeness, RegistryKeys
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable


def data(
    given: GivenKey | None, keys: RegistryKeys | None, admission: Admission | None, judged: Sequence[CheckResult]
) -> dict[str, Any]:
    """Everything that was found out."""
    known = keys is not None and keys.failure is None
    told: dict[str, Any] = {
        "version": results.VERSION,
        "hub": keys.hub if keys else given.host if given else None,
        "device": keys.device if keys else given.device if given else None,
        "module": (keys.module if keys else given.module if given else "") or None,
        "authentication": keys.authentication if keys and known else None,
        "status": keys.status if keys and known else None,
        "given": given.kind or None if given else None,
        "fits": given.likeness.value if given and given.likeness else None,
        "letIn": admission.let_in if admission else None,
        "protocol": admission.protocol if admission else None,
    }
    return {**told, "checks": results.data(judged)}


def lines(
    given: GivenKey | None,
    keys: RegistryKeys | None,
    admission: Admission | None,
    judged: Sequence[CheckResult],
    known: Known,
) -> Iterator[str]:
    """The same for a person; what is `known` stands in the commands."""
    if keys is not None and keys.failure is None:
        where = f"{keys.device}{f' / {keys.module}' if keys.module else ''} in {keys.hub}"
        yield printable(f"{where}: {keys.authentication}, {keys.status or 'status not told'}")
        if keys.authentication == "sas" and (given is None or given.likeness is None):
            has = [name for name, key in (("primary", keys.primary), ("secondary", keys.secondary)) if key]
            yield f"It has {' and '.join(has) or 'no'} key{'s' if len(has) > 1 else ''}; no key was given to compare."
        if keys.authentication == "selfSigned":
            yield f"Thumbprints: {' and '.join(each for each in keys.thumbprints if each) or 'none'}"
    if given is not None and given.likeness in (Likeness.PRIMARY, Likeness.SECONDARY):
        yield f"√ {given.source} is the device's {given.likeness.value} key."
    if admission is not None and admission.let_in:
        yield printable(f"√ {admission.host} lets {admission.device} in, over {admission.protocol}.")
    yield from text.problems(judged, known)
    if not any(result.check.name != "string-is-right" and result.status is not Status.SKIP for result in judged):
        yield "- Nothing could be compared."
