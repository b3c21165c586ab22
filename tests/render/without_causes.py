"""A diagnosis without the causes of its findings, which are pinned with their entries, for a golden file of a form."""

from __future__ import annotations

from dataclasses import replace

from azext_iotdiag.model.verdict import Diagnosis, Reason


def without_causes(found: Diagnosis) -> Diagnosis:
    """The same, with findings, marks and the next command, and no cause."""

    def bare(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        return tuple(replace(each, causes=()) for each in reasons)

    judged = found.verdict
    left = replace(judged, reasons=bare(judged.reasons), also=bare(judged.also), blind=bare(judged.blind))
    return replace(found, verdict=left)
