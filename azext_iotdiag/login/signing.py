"""Whose key signs a token, and which keys may have signed one: read where they are kept, with the caller's rights.

Everything raises LoginError. `say` takes a line for people: whose key is used, and what it does not open.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from azext_iotdiag.clients import keys as stored
from azext_iotdiag.clients.arm import Policy
from azext_iotdiag.credential import inspection
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.credential.expectation import NamedRegistration, ServiceString, derived
from azext_iotdiag.login import rights
from azext_iotdiag.login.errors import NoKeys, NotFound, What, of_keys
from azext_iotdiag.login.keys import least, place_of
from azext_iotdiag.login.opening import Named, Say
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.model.token import REGISTRATION

# What a token of a policy is mostly made for, where no policy is named: what the back end's own programs need.
_USUAL = {False: rights.READ_MESSAGES, True: rights.DPS_RIGHTS}


@dataclass(frozen=True)
class Signer:
    """The key that a token is signed with, and what for; `policy` stands in it as skn, and is empty for a device's
    own.
    """

    key: Secret
    resource: str
    policy: str = ""


@dataclass(frozen=True)
class TokenWanted:
    """Whose token is to be made: of a device's string, of a service's, of ids at what was named, of a registration.

    `key_type` is primary or secondary. `policy` is None where the one that serves the usual is meant.
    """

    string: DeviceConnectionString | None = None
    service: ServiceString | None = None
    device: str = ""
    module: str = ""
    registration: NamedRegistration = field(default_factory=NamedRegistration)
    policy: str | None = None
    key_type: str = "primary"


def signer(named: Named | None, wanted: TokenWanted, say: Say) -> Signer:
    """Whose key makes the token. `named` is the service that was named and not opened yet."""
    string, service = wanted.string, wanted.service
    if string is not None:
        assert string.key is not None, "the validator has judged it"
        return Signer(string.key, inspection.resource_of(string.host, string.device, string.module))
    if wanted.registration.scope or (named is None and service is None):
        return _of_registration(None, wanted, say)
    if service is not None:
        return _of_string(service, wanted)
    assert named is not None
    if wanted.registration.id:
        return _of_registration(named, wanted, say)
    return _of_device(named, wanted, say) if wanted.device else _of_policy(named, wanted, say)


def registry_keys(target: Target, device: str, module: str) -> dict[str, Secret]:
    """Both keys of a device or module, by what they are called."""
    try:
        read = stored.read(target, device, time.time, module)
    except StepFailed as failed:
        whose = f"module {module!r} of the device {device!r}" if module else f"device {device!r}"
        raise of_keys(failed.failure, What.DEVICE, whose, "RegistryRead", rights.reader_of(dps=False)) from None
    if read.primary is None or read.secondary is None:
        raise NoKeys(device, "device", read.authentication)
    return {"the primary key": read.primary, "the secondary key": read.secondary}


def device_keys(named: Named, device: str, module: str, say: Say) -> dict[str, Secret]:
    """As `registry_keys`, of a hub that was named; it is said how it is asked."""
    target = named.open(rights.REGISTRY_READ)
    say(target.origin)
    return registry_keys(target, device, module)


def enrollment_keys(named: Named, asked: NamedRegistration, say: Say) -> dict[str, Secret]:
    """Both keys with which a device registers, by what they are called: of its enrollment, or derived from its
    group's.
    """
    target = named.open(rights.ENROLLMENT_READ, rights.READ_ENROLLMENT_KEYS)
    say(target.origin)
    what = What.ENROLLMENT_GROUP if asked.group else What.ENROLLMENT
    id_ = asked.group or asked.id
    try:
        read = stored.of_enrollment(target, id_, bool(asked.group), time.time)
    except StepFailed as failed:
        role = rights.role_for(rights.READ_ENROLLMENT_KEYS, dps=True)
        raise of_keys(failed.failure, what, f"{what.value} {id_!r}", "EnrollmentRead", role) from None
    if read.primary is None or read.secondary is None:
        raise NoKeys(id_, "enrollment group" if asked.group else "enrollment", read.type)
    pair = {"primary": read.primary, "secondary": read.secondary}
    if asked.group:
        pair = {which: derived(key, asked.id) for which, key in pair.items()}
    return {_called(asked, which): key for which, key in pair.items()}


def policy_keys(named: Named, first: str, say: Say) -> tuple[dict[str, Secret], dict[str, str]]:
    """The keys of all policies by what they are called, those of the policy `first` before others; whose each is."""
    policies = sorted(named.policies(), key=lambda policy: policy.name != first)
    say(f"Comparing with the keys of the policies of {place_of(named.service)}, read with az's login.")
    if first and first not in [policy.name for policy in policies]:
        say(f"{named.service.name} has no policy {first!r}, which the token names.")
    keys, owners = {}, {}
    for policy, which, key in _each_key(policies):
        keys[f"the {which} key of {policy.name}"] = key
        owners[f"the {which} key of {policy.name}"] = policy.name
    return keys, owners


def _of_string(service: ServiceString, wanted: TokenWanted) -> Signer:
    if not wanted.device:
        return Signer(service.key, service.host, service.policy)
    target = Target(hub=service.host, policy=service.policy, credential=service.key)
    keys = registry_keys(target, wanted.device, wanted.module)
    resource = inspection.resource_of(service.host, wanted.device, wanted.module)
    return Signer(keys[f"the {wanted.key_type} key"], resource)


def _of_policy(named: Named, wanted: TokenWanted, say: Say) -> Signer:
    """A policy of a hub or a provisioning service that was named; the least that serves the usual where none is."""
    service, policies = named.service, named.policies()
    usual = _USUAL[service.is_dps]
    if wanted.policy is None:
        policy = least(policies, usual)
    else:
        policy = next((each for each in policies if each.name == wanted.policy), None)
    if policy is None:
        which = f"{wanted.policy!r}" if wanted.policy else f"with the right {' and '.join(sorted(usual))}"
        message, known = f"{service.name} has no policy {which}.", [each.name for each in policies]
        raise NotFound(message, What.POLICY, wanted.policy or "", known=known, service=service.name)
    say(
        f"Using the {wanted.key_type} key of the policy {policy.name} ({', '.join(sorted(policy.rights))}) of "
        f"{place_of(service)}, read with az's login."
    )
    if not service.local_auth:
        say(f"The shared access policies of {service.name} are switched off (disableLocalAuth): it opens nothing.")
    key = policy.key if wanted.key_type == "primary" or policy.secondary is None else policy.secondary
    return Signer(key, service.host, policy.name)


def _of_device(named: Named, wanted: TokenWanted, say: Say) -> Signer:
    """A device or module of a hub that was named."""
    device, module, service = wanted.device, wanted.module, named.service
    keys = device_keys(named, device, module, say)
    switch = "disableModuleSAS" if module else "disableDeviceSAS"
    if service.properties.get(switch) is True:
        say(f"{service.name} takes no tokens of {'modules' if module else 'devices'} ({switch}): it opens nothing.")
    return Signer(keys[f"the {wanted.key_type} key"], inspection.resource_of(service.host, device, module))


def _of_registration(named: Named | None, wanted: TokenWanted, say: Say) -> Signer:
    """A registration, with the key that was given or else with the one that the named provisioning service has."""
    asked = wanted.registration
    scope = asked.scope if named is None else id_scope(named)
    resource = inspection.registration_resource(scope, asked.id)
    if asked.key is not None:
        return Signer(asked.key, resource, REGISTRATION)
    if asked.group_key is not None:
        return Signer(derived(asked.group_key, asked.id), resource, REGISTRATION)
    assert named is not None, "the validator has judged it"
    return Signer(enrollment_keys(named, asked, say)[_called(asked, wanted.key_type)], resource, REGISTRATION)


def id_scope(named: Named) -> str:
    """The id scope of a provisioning service that was named; empty for a hub."""
    return str(named.service.properties.get("idScope") or "")


def _called(asked: NamedRegistration, which: str) -> str:
    return f"the key derived from the group's {which} key" if asked.group else f"the {which} key"


def _each_key(policies: list[Policy]) -> Iterator[tuple[Policy, str, Secret]]:
    for policy in policies:
        yield policy, "primary", policy.key
        if policy.secondary is not None:
            yield policy, "secondary", policy.secondary
