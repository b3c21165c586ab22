"""What a SAS token is held against where the keys that may have signed it are kept by a service."""

from __future__ import annotations

from dataclasses import dataclass, replace

from azext_iotdiag.credential import expectation, inspection
from azext_iotdiag.credential.connection_string import HubConnectionString
from azext_iotdiag.credential.expectation import Said
from azext_iotdiag.credential.inspection import Expected
from azext_iotdiag.login import signing
from azext_iotdiag.login.errors import KeysOff, LoginError, NoPolicy, NotAllowed, NotReachable
from azext_iotdiag.login.opening import Named, Say
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.model.token import REGISTRATION, SasFacts

# A token tells much without any key, so that these do not end its inspection.
_UNREAD = (NotAllowed, NoPolicy, KeysOff, NotReachable)


@dataclass(frozen=True)
class Held:
    """What a token is held against; `unread` says why the keys could not be read, where that is so."""

    expected: Expected
    unread: LoginError | None = None


def of_token(text: str, said: Said, named: Named | None, say: Say) -> Held:
    """What the token in a text is held against. `named` is the service that was named. Raises LoginError."""
    token = inspection.inspect(text)
    try:
        if named is not None:
            return Held(_of_named(named, text, said, say))
        return Held(expectation.expected(token, said, _registry_keys(token, said)))
    except _UNREAD as error:
        return Held(without_keys(token, said, named), error)


def without_keys(token: SasFacts, said: Said, named: Named | None) -> Expected:
    """What can be said of a token before, or without, asking for keys: mostly its resource."""
    if named is not None:
        said = said.without_keys(token, named.service.host, signing.id_scope(named))
    elif expectation.device_to_ask(token, said)[0] and said.service is not None:
        said = said.without_keys(token, said.hub or said.service.host)
    return expectation.expected(token, said)


def place(said: Said, named: Named | None) -> Target:
    """The service that was named or whose string was given, as far as its name goes; empty where there is none."""
    if named is not None:
        service = named.service
        opened = Target(origin="az's login")
        return replace(opened, dps=service.host) if service.is_dps else replace(opened, hub=service.host)
    if said.service is None:
        return Target()
    is_hub = isinstance(said.service, HubConnectionString)
    return Target(hub=said.service.host) if is_hub else Target(dps=said.service.host)


def _registry_keys(token: SasFacts, said: Said) -> dict[str, Secret]:
    device, module = expectation.device_to_ask(token, said)
    if not device or said.service is None:
        return {}
    service = said.service
    target = Target(hub=service.host, policy=service.policy, credential=service.key)
    return signing.registry_keys(target, device, module)


def _of_named(named: Named, text: str, said: Said, say: Say) -> Expected:
    """What the token is held against where a hub or a provisioning service was named: the keys that it has."""
    service, token = named.service, inspection.inspect(text)
    if service.is_dps and (said.registration.id or inspection.is_registration(token.resource)):
        return _of_registration(named, token, said, say)
    device, module = ("", "") if service.is_dps else said.device_of(token)
    resource = inspection.resource_of(service.host, device, module)
    if token.fault:  # nothing of it can be compared, so no service needs to be asked for keys
        return Expected(resource)
    if device and not token.policy:
        return Expected(resource, "", signing.device_keys(named, device, module, say))
    keys, owners = signing.policy_keys(named, token.policy, say)
    signer = inspection.inspect(text, Expected(resource, None, keys)).signer
    return Expected(resource, owners.get(signer), keys)


def _of_registration(named: Named, token: SasFacts, said: Said, say: Say) -> Expected:
    id_ = said.registration.id or token.resource.rpartition("/")[2]
    asked = replace(said.registration, scope=signing.id_scope(named), id=id_)
    keys = {"the key": asked.key} if asked.key else {}
    if not keys and asked.group_key is None and not token.fault:
        keys = signing.enrollment_keys(named, asked, say)
    resource = inspection.registration_resource(asked.scope, asked.id)
    return Expected(resource, REGISTRATION, keys, asked.group_key, asked.id)
