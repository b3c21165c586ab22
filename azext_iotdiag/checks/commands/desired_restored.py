"""A test of a twin leaves the desired properties as they were."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.commands import DESIRED_NOT_RESTORED, DESIRED_OVERTAKEN
from azext_iotdiag.model.finding import Finding, fail, warn
from azext_iotdiag.model.twin_test import Restoring, TwinTest


@check("The desired property is restored")
def desired_restored(twin_test: TwinTest) -> Iterator[Finding]:
    test = twin_test
    if test.restoring is Restoring.FAILED:
        why = f": {test.not_restored.sentence}" if test.not_restored is not None else ""
        yield fail(DESIRED_NOT_RESTORED, f"{test.name} of {test.whose} still is {test.value}{why}", property=test.name)
    if test.restoring is Restoring.OVERTAKEN:
        yield warn(
            DESIRED_OVERTAKEN,
            f"{test.name} of {test.whose} was written after version {test.changed}, and was not restored",
            property=test.name,
        )
