"""Whose key signs a token, and which keys may have signed one: read where they are kept, with the caller's rights."""

from __future__ import annotations

from typing import Any, NamedTuple

_REGISTRY = frozenset({"RegistryRead"})
_ENROLLMENTS = frozenset({"EnrollmentRead"})
# What a token of a policy is mostly made for, where nobody says which policy: what the back end's own programs need.
_USUAL = {False: frozenset({"ServiceConnect"}), True: frozenset({"EnrollmentRead", "RegistrationStatusRead"})}


class Signer(NamedTuple):
    """The key (a Secret) that a token is signed with, and what for; `policy` stands in it as skn, and is empty for a
    device's own.
    """

    key: Any
    resource: str
    policy: str = ""


class Registration(NamedTuple):
    """A registration at the provisioning service, as far as it was told: `group` is the id of an enrollment group,
    `key` (a Secret) the device's own and `group_key` the one that it is derived from.
    """

    scope: str = ""
    id: str = ""
    group: str = ""
    key: Any = None
    group_key: Any = None


def of_policy(named, policy_name, key_type):
    """A policy of a hub or a provisioning service that was named; the least that serves the usual where none is."""
    from azure.cli.core.azclierror import ResourceNotFoundError

    from azext_iotdiag import output

    policies = named.policies()
    service = named.service
    if policy_name is None:
        able = [policy for policy in policies if policy.rights >= _USUAL[service.is_dps]]
        policy = min(able, key=lambda each: (len(each.rights), each.name), default=None)
    else:
        policy = next((each for each in policies if each.name == policy_name), None)
    if policy is None:
        which = f"{policy_name!r}" if policy_name else f"with the right {' and '.join(sorted(_USUAL[service.is_dps]))}"
        raise ResourceNotFoundError(
            f"{service.name} has no policy {which}.",
            recommendation=f"Its policies: {', '.join(each.name for each in policies) or 'none'}; see --policy-name.",
        )
    output.say(
        f"Using the {key_type} key of the policy {policy.name} ({', '.join(sorted(policy.rights))}) of "
        f"{_place(named)}, read with az's login."
    )
    if not service.local_auth:
        output.say(
            f"The shared access policies of {service.name} are switched off (disableLocalAuth): it opens nothing."
        )
    key = policy.key if key_type == "primary" or policy.secondary is None else policy.secondary
    return Signer(key, service.host, policy.name)


def of_device(named, device, module, key_type):
    """A device or module of a hub that was named."""
    from azext_iotdiag import output
    from azext_iotdiag.credential import inspection

    keys = registry_keys(_opened(named), device, module)
    switch = "disableModuleSAS" if module else "disableDeviceSAS"
    if named.service.properties.get(switch) is True:
        what = "modules" if module else "devices"
        output.say(f"{named.service.name} takes no tokens of {what} ({switch}): it opens nothing.")
    resource = inspection.resource_of(named.service.host, device, module)
    return Signer(keys[f"the {key_type} key"], resource)


def of_registration(named, asked, key_type):
    """A registration, with the key that was given or else with the one that the named provisioning service has."""
    from azext_iotdiag.credential import inspection

    scope = asked.scope if named is None else str(named.service.properties.get("idScope") or "")
    resource = inspection.registration_resource(scope, asked.id)
    if asked.key is None and asked.group_key is None:
        assert named is not None
        return Signer(enrollment_keys(named, asked)[_called(asked, key_type)], resource, "registration")
    key = asked.key if asked.key is not None else _derived(asked.group_key, asked.id)
    return Signer(key, resource, "registration")


def registry_keys(target, device, module):
    """Both keys of a device or module, by what they are called. Raises az's errors."""
    import time

    from azext_iotdiag.clients import keys
    from azext_iotdiag.model.failure import StepFailed

    try:
        read = keys.read(target, device, time.time, module)
    except StepFailed as failed:
        whose = f"module {module!r} of the device {device!r}" if module else f"device {device!r}"
        advice = "Case counts in ids of devices."
        raise _refusal(failed.failure, whose, advice, "RegistryRead", "IoT Hub Data Reader") from None
    if read.primary is None or read.secondary is None:
        raise _without_keys(device, "device", read.authentication)
    return {"the primary key": read.primary, "the secondary key": read.secondary}


def enrollment_keys(named, asked):
    """Both keys with which a device registers, by what they are called: of its enrollment, or derived from its group's.

    Raises az's errors.
    """
    import time

    from azext_iotdiag import output
    from azext_iotdiag.clients import keys
    from azext_iotdiag.login.rights import READ_ENROLLMENT_KEYS
    from azext_iotdiag.model.failure import StepFailed

    target = named.open(_ENROLLMENTS, READ_ENROLLMENT_KEYS)
    output.say(target.origin)
    try:
        read = keys.of_enrollment(target, asked.group or asked.id, bool(asked.group), time.time)
    except StepFailed as failed:
        whose = f"enrollment group {asked.group!r}" if asked.group else f"individual enrollment {asked.id!r}"
        advice = "Where an enrollment group lets the device in, name that with --enrollment-id."
        role = "Device Provisioning Service Data Contributor"
        advice = "Case counts in its id." if asked.group else advice
        raise _refusal(failed.failure, whose, advice, "EnrollmentRead", role) from None
    if read.primary is None or read.secondary is None:
        raise _without_keys(asked.group or asked.id, "enrollment group" if asked.group else "enrollment", read.type)
    pair = {"primary": read.primary, "secondary": read.secondary}
    if asked.group:
        pair = {which: _derived(key, asked.id) for which, key in pair.items()}
    return {_called(asked, which): key for which, key in pair.items()}


def policy_keys(named, first):
    """The keys of all policies by what they are called, those of the policy `first` before others; whose each is."""
    from azext_iotdiag import output

    policies = sorted(named.policies(), key=lambda policy: policy.name != first)
    output.say(f"Comparing with the keys of the policies of {_place(named)}, read with az's login.")
    if first and first not in [policy.name for policy in policies]:
        output.say(f"{named.service.name} has no policy {first!r}, which the token names.")
    keys, owners = {}, {}
    for policy, which, key in _each_key(policies):
        keys[f"the {which} key of {policy.name}"] = key
        owners[f"the {which} key of {policy.name}"] = policy.name
    return keys, owners


def _each_key(policies):
    for policy in policies:
        yield policy, "primary", policy.key
        if policy.secondary is not None:
            yield policy, "secondary", policy.secondary


def _opened(named):
    from azext_iotdiag import output

    target = named.open(_REGISTRY)
    output.say(target.origin)
    return target


def device_keys(named, device, module):
    """As `registry_keys`, of a hub that was named; it is said how it is asked."""
    return registry_keys(_opened(named), device, module)


def _place(named):
    return f"{named.service.name} (resource group {named.service.group})"


def _called(asked, which):
    return f"the key derived from the group's {which} key" if asked.group else f"the {which} key"


def _derived(group_key, registration_id):
    from azext_iotdiag.credential import sas
    from azext_iotdiag.model.target import Secret

    return Secret(sas.derive(sas.iothub_key(group_key.reveal()), registration_id))


def _without_keys(name, what, authentication):
    from azure.cli.core.azclierror import InvalidArgumentValueError

    return InvalidArgumentValueError(
        f"{name}: the {what} has no keys; its authentication is {authentication}.",
        recommendation="A device with a certificate uses no tokens.",
    )


def _refusal(failure, whose, advice, right, role):
    """The error of az for keys that could not be read, with the right that it takes."""
    from azure.cli.core.azclierror import AzureConnectionError, ForbiddenError, ResourceNotFoundError

    from azext_iotdiag.model.failure import Kind

    if failure.kind is Kind.MISSING:
        return ResourceNotFoundError(f"{failure.host} knows no {whose}.", recommendation=advice)
    said = f"{failure.step} did not come from {failure.host}: {failure.description or failure.kind.value}."
    if failure.kind is Kind.UNAUTHORIZED:
        return ForbiddenError(
            said,
            recommendation=f"Keys are shown to a policy with the right {right}, and to the role {role}.",
        )
    return AzureConnectionError(said)
