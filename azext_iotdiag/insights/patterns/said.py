"""How a pattern is said: lengths of time, and the finding of one device."""

from __future__ import annotations

from azext_iotdiag.insights.patterns.life import Life
from azext_iotdiag.model.finding import Certainty, Entry, Finding, JsonScalar, Severity, Weight, When
from azext_iotdiag.model.resource_log import Recognised

SEEN = Weight(Certainty.LIKELY, When.WINDOW)


def of_device(
    life: Life, entry: Entry, message: str, *, last: int | None = None, harmless: bool = False, **evidence: JsonScalar
) -> Recognised:
    """A pattern of this device, from its first row to the `last` that belongs to the pattern.

    What services did with the device later is no part of it, nor is what the device did after it got over it.
    """
    severity = Severity.NOTE if harmless else Severity.FAIL
    finding = Finding(entry, severity, message, evidence=evidence, weight=SEEN)
    return Recognised(finding, (life.device,), life.rows[0].moment, life.heard if last is None else last)


def length(milliseconds: float) -> str:
    """A length of time with one digit that counts: 48 min, 29.5 min, 2.2 h, 11 s."""
    seconds = milliseconds / 1000
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            value = seconds / size
            return f"{value:.0f} {unit}" if abs(value - round(value)) < 0.05 else f"{value:.1f} {unit}"
    return f"{seconds:.0f} s"
