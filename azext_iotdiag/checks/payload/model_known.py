"""Whether anything says what the device's values mean: the model that it announced to its hub."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.statuses import TWIN_WITH_MODEL, TWIN_WITHOUT_MODEL
from azext_iotdiag.model.finding import Finding, note
from azext_iotdiag.model.identity import Identity


@check("The device's model is known", after=(device_known,))
def model_known(identity: Identity) -> Iterator[Finding]:
    if identity.model:
        yield note(TWIN_WITH_MODEL, f"{identity.device!r} names {identity.model}", model=identity.model)
    else:
        yield note(TWIN_WITHOUT_MODEL, f"the twin of {identity.device!r} holds no modelId")
