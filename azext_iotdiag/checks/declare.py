"""The `@check` decorator: makes a check of a function that judges facts; and what that raises when it cannot judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from azext_iotdiag.model.check import Check
from azext_iotdiag.model.finding import Certainty, Finding


class CouldNotLook(Exception):
    """The check could not see all that it wanted to judge; `findings` say what was in the way."""

    def __init__(self, first: Finding, *more: Finding):
        self.findings = (first, *more)
        super().__init__("; ".join(finding.message for finding in self.findings))


class DoesNotApply(Exception):
    """There is nothing that the check could judge; `fact` names the fact that shows it. Raised before any finding."""

    def __init__(self, fact: str):
        super().__init__(fact)
        self.fact = fact


def check(
    title: str, *, after: tuple[Check, ...] = (), at_most: Certainty = Certainty.SURE
) -> Callable[[Callable[..., Iterable[Finding]]], Check]:
    """Declare a check. Its title is a statement that is true when it passes; `after` are the checks before it.

    `at_most` is how sure its findings can be.
    """

    def wrap(run: Callable[..., Iterable[Finding]]) -> Check:
        return Check(run.__name__.replace("_", "-"), title, run, tuple(earlier.name for earlier in after), at_most)

    return wrap
