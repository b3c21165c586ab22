"""The one exception of the clients: a step failed, and here is what is known of it."""

from __future__ import annotations

from azext_iotdiag.model.failure import Failure


class StepFailed(Exception):
    """A step towards a service failed."""

    def __init__(self, failure: Failure):
        super().__init__(f"{failure.step}: {failure.kind.value} {failure.condition} {failure.description}".strip())
        self.failure = failure
