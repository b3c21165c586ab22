"""Whether the hub's device API lets a credential in, by the one request that ends no connection of the device."""

from __future__ import annotations

from azext_iotdiag.clients import device
from azext_iotdiag.credential import inspection, sas
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.keys import Admission
from azext_iotdiag.model.target import Secret
from azext_iotdiag.probes.context import Context

TOKEN_SECONDS = 300


def measure(context: Context, end: float, facts: Facts) -> Admission:
    """The hub's answer to the device's token, which is made of its key where none was given. Raises StepFailed."""
    typed = context.typed
    token = typed.signature
    if token is None:
        assert typed.signing_key is not None, "the catalogue asks for it where there is a credential"
        resource = inspection.resource_of(typed.device_host, typed.device)
        key = sas.iothub_key(typed.signing_key.reveal())
        token = Secret(sas.sign(resource, key, int(context.now()) + TOKEN_SECONDS))
    return device.admission(typed.device_host, typed.device, token, context.deadlines)
