"""A module's string alone tells nothing of the hub: no harmless request tries it, so that a registry must be asked."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, DoesNotApply, check
from azext_iotdiag.knowledge.admission import MODULE_NOT_TRIED
from azext_iotdiag.model.finding import Finding, warn
from azext_iotdiag.model.keys import Asked, GivenKey, KeyComparison
from azext_iotdiag.model.simulated import Simulated


@check("The module's credential was tried or compared")
def module_tried(
    asked: Asked, given: GivenKey, key_comparison: KeyComparison | None = None, simulated: Simulated | None = None
) -> Iterator[Finding]:
    if not (asked.module and given.module):
        raise DoesNotApply("asked")
    if key_comparison is None and simulated is None:
        name = f"{asked.device}/{asked.module}"
        raise CouldNotLook(warn(MODULE_NOT_TRIED, f"no service was asked about the module {name!r}", module=name))
    yield from ()
