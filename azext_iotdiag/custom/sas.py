"""`sas create` and `sas inspect`: a token that is right, or what is wrong with one."""

from __future__ import annotations

_WAIT_SECONDS = 60.0
_LONGEST = 65_536


def create(
    cmd, connection_string=None, login=None, device_id=None, module_id=None, key_type="primary", id_scope=None,
    registration_id=None, key=None, group_key=None, duration=3600, hub_name=None, resource_group_name=None,
    dps_name=None, enrollment_id=None, policy_name=None, auth_type=None,
):  # fmt: skip  # pylint: disable=too-many-locals,unused-argument  # some are the validator's alone
    """Make a token. `connection_string` and `login` are what the strings say, or `login` is what was found by its name;
    `key` and `group_key` are Secrets.
    """
    import time

    from azext_iotdiag import output
    from azext_iotdiag.credential import sas
    from azext_iotdiag.custom.signing import Registration
    from azext_iotdiag.model.moments import written

    registration = Registration(id_scope or "", registration_id or "", enrollment_id or "", key, group_key)
    signer = _signer(
        connection_string, login, (device_id or "", module_id or ""), registration, policy_name, str(key_type)
    )
    text, resource, policy = signer.key.reveal(), signer.resource, signer.policy
    ends = int(time.time()) + duration
    made = sas.sign(resource, sas.iothub_key(text), ends, policy)
    if output.for_person(cmd):
        output.say(f"For {resource}, until {written(ends * 1000)}:")
    result = {
        "version": 1,
        "sas": made,
        "resource": resource,
        "policy": policy or None,
        "expires": written(ends * 1000),
    }
    return output.hand_back(cmd, result, [made])


def _signer(given, login, ids, registration, policy_name, key_type):
    """Whose key makes the token. Raises az's errors where it is to be read and cannot be."""
    from azext_iotdiag.credential import inspection
    from azext_iotdiag.custom import signing

    device, module = ids
    if given is not None:
        resource = inspection.resource_of(given.host, given.device, given.module)
        return signing.Signer(given.key, resource)
    if login is None or registration.scope:
        return signing.of_registration(None, registration, key_type)
    if _is_string(login):
        if not device:
            return signing.Signer(login.key, login.host, login.policy)
        keys = signing.registry_keys(_target(login), device, module)
        return signing.Signer(keys[f"the {key_type} key"], inspection.resource_of(login.host, device, module))
    if registration.id:
        return signing.of_registration(login, registration, key_type)
    if device:
        return signing.of_device(login, device, module, key_type)
    return signing.of_policy(login, policy_name, key_type)


def _is_string(login):
    """Whether this is what a service's string says, and not what was found by its name."""
    from azext_iotdiag.credential import connection_string as strings

    return isinstance(login, strings.HubConnectionString | strings.DpsConnectionString)


def _target(login):
    from azext_iotdiag.model.target import Target

    return Target(hub=login.host, policy=login.policy, credential=login.key)


def _named(login):
    """What is known of the service before it is opened."""
    from azext_iotdiag.credential import connection_string as strings
    from azext_iotdiag.model.target import Target

    if login is None:
        return Target()
    if _is_string(login):
        return Target(dps=login.host) if isinstance(login, strings.DpsConnectionString) else Target(hub=login.host)
    service, origin = login.service, "az's login"
    return Target(dps=service.host, origin=origin) if service.is_dps else Target(hub=service.host, origin=origin)


def inspect(
    cmd, sas_token=None, connection_string=None, login=None, hub_name=None, device_id=None, module_id=None, key=None,
    group_key=None, registration_id=None, id_scope=None, check_clock=False, resource_group_name=None, dps_name=None,
    enrollment_id=None, auth_type=None,
):  # fmt: skip  # pylint: disable=too-many-locals,unused-argument  # some are the validator's alone
    """Judge a token that was given or comes on standard input, against all that was said of it."""
    import time

    from azure.cli.core.azclierror import AzureConnectionError, ForbiddenError

    from azext_iotdiag import output
    from azext_iotdiag._validators.login_errors import as_az_errors
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.credential import inspection
    from azext_iotdiag.custom.signing import Registration
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import sas as render

    text = sas_token if sas_token not in (None, "-") else _read_input(asked=sas_token == "-")
    bare = inspection.inspect(text)
    ids = (device_id or "", module_id or "")
    registration = Registration(id_scope or "", registration_id or "", enrollment_id or "", key, group_key)
    try:
        if login is not None and not _is_string(login):
            with as_az_errors():
                expected = _expected_of(login, text, bare, ids, registration)
        else:
            expected = _expected(bare, connection_string, login, hub_name, ids, registration)
        unread = output.HEALTHY
    except (ForbiddenError, AzureConnectionError) as error:  # the token tells much without any key
        output.say(f"The keys could not be read: {' '.join([str(error), *error.recommendations])}")
        expected, unread = _expected_without_keys(login, bare, hub_name, ids, registration), output.UNDETERMINED
    facts = _facts(inspection.inspect(text, expected), _service_of(bare, expected) if check_clock else "")
    found = diagnose((Link.MACHINE, Link.DEVICE), facts, time.monotonic)
    output.leave(cmd, output.worst(found.verdict.exit_code, unread))
    known = commands.known(_named(login), device_id or "", _named(login))
    clock = facts.get("clock")
    shown = (facts["token"].value, found, clock, facts["now"].value)
    return output.hand_back(cmd, render.data(*shown), render.lines(*shown, known))


def _facts(token, clock_host):
    """What is known of the token, and of the clock where that is asked for.

    A fact without a value says that nothing was compared, so that its check is skipped and does not pass.
    """
    import time
    from datetime import datetime, timezone

    from azext_iotdiag.model.facts import given, typed
    from azext_iotdiag.model.token import Gap
    from azext_iotdiag.probes.context import Context, Typed
    from azext_iotdiag.probes.gather import gather

    facts, now = given(time.time(), token=token), datetime.now(timezone.utc)
    compared = token.wanted or token.wanted_policy is not None or token.gap is not Gap.NONE
    facts["signing_keys"] = typed(token.keys or None, now)
    facts["expected_resource"] = typed(token.wanted if compared else None, now)
    return facts | dict(gather(("clock",), Context(Typed(clock_host=clock_host)), known=facts))


def _expected_of(named, text, bare, ids, registration):
    """What the token is held against where a hub or a provisioning service was named: the keys that it has."""
    from azext_iotdiag.credential import inspection
    from azext_iotdiag.custom import signing

    host = named.service.host
    if named.service.is_dps and (registration.id or inspection.is_registration(bare.resource)):
        asked = registration._replace(
            scope=str(named.service.properties.get("idScope") or ""),
            id=registration.id or bare.resource.rpartition("/")[2],
        )
        return _expected_registration(named, bare, asked)
    device, module = ("", "") if named.service.is_dps else _device_of(bare, ids)
    resource = inspection.resource_of(host, device, module)
    if bare.fault:  # nothing of it can be compared, so nobody needs to be asked for keys
        return inspection.Expected(resource)
    if device and not bare.policy:
        return inspection.Expected(resource, "", signing.device_keys(named, device, module))
    keys, owners = signing.policy_keys(named, bare.policy)
    signer = inspection.inspect(text, inspection.Expected(resource, None, keys)).signer
    return inspection.Expected(resource, owners.get(signer), keys)


def _expected_without_keys(login, bare, hub_name, ids, registration):
    """What can be said of the token where nobody shows the keys: its resource alone."""
    if not _is_string(login):
        scope = str(login.service.properties.get("idScope") or "")
        return _expected(
            bare, None, None, login.service.host, _device_of(bare, ids), registration._replace(scope=scope)
        )
    return _expected(bare, None, None, hub_name or login.host, _device_of(bare, ids), registration)


def _expected_registration(named, bare, asked):
    from azext_iotdiag.credential import inspection
    from azext_iotdiag.custom import signing
    from azext_iotdiag.model.token import REGISTRATION

    keys = {"the key": asked.key} if asked.key else {}
    if not keys and asked.group_key is None and not bare.fault:
        keys = signing.enrollment_keys(named, asked)
    resource = inspection.registration_resource(asked.scope, asked.id)
    return inspection.Expected(resource, REGISTRATION, keys, asked.group_key, asked.id)


def _device_of(bare, ids):
    """The device and the module that were named, or else those of the token."""
    device, module = ids
    own = bare.resource.split("/")
    return (
        device or (own[2] if len(own) > 2 and own[1] == "devices" else ""),
        module or (own[4] if len(own) > 4 else ""),
    )


def _expected(bare, given, login, hub_name, ids, registration):
    """What the token is held against."""
    from azext_iotdiag.credential import connection_string as strings
    from azext_iotdiag.credential import inspection
    from azext_iotdiag.custom import signing
    from azext_iotdiag.model.token import REGISTRATION

    device, module = ids
    keys = {"the key": registration.key} if registration.key else {}
    if given is not None:
        keys |= {"the string's key": given.key} if given.key else {}
        wanted = inspection.resource_of(hub_name or given.host, device or given.device, module or given.module)
        return inspection.Expected(wanted, "", keys)
    if isinstance(login, strings.HubConnectionString):
        named, part = _device_of(bare, ids)
        host = hub_name or login.host
        if named and not bare.policy:
            keys |= signing.registry_keys(_target(login), named, part)
            return inspection.Expected(inspection.resource_of(host, named, module), "", keys)
        keys[f"the key of {login.policy}"] = login.key
        return inspection.Expected(inspection.resource_of(host, device, module), login.policy, keys)
    if login is not None:
        return inspection.Expected(login.host, login.policy, {**keys, f"the key of {login.policy}": login.key})
    if registration.id or inspection.is_registration(bare.resource):
        whole = registration.scope and registration.id
        wanted = inspection.registration_resource(registration.scope, registration.id) if whole else ""
        return inspection.Expected(wanted, REGISTRATION, keys, registration.group_key, registration.id)
    host = hub_name or (bare.resource.partition("/")[0] if device else "")
    policy = "" if device and keys else None
    return inspection.Expected(inspection.resource_of(host, device, module) if host else "", policy, keys)


def _service_of(bare, expected):
    """The host whose clock counts: the one that the token should open, or names."""
    from azure.cli.core.azclierror import RequiredArgumentMissingError

    from azext_iotdiag.credential import host

    for resource in (expected.resource, bare.resource):
        named = resource.partition("/")[0].lower()
        if host.belongs(named, host.HUB + host.DPS):
            return named
    if "/registrations/" in (expected.resource or bare.resource):
        return f"global.{host.DPS[0]}"
    raise RequiredArgumentMissingError(
        "Whose clock? The token names no host of Azure IoT.", recommendation="Name the hub with --hub-name."
    )


def _read_input(asked):
    """The text on standard input, which is waited for, for a minute."""
    import sys

    from azure.cli.core.azclierror import RequiredArgumentMissingError

    from azext_iotdiag.streams import text

    missing = RequiredArgumentMissingError(
        "Which token? Give --sas-token, or a token on standard input.",
        recommendation="Write --sas-token @FILE to read it from a file.",
    )
    if sys.stdin is None or (sys.stdin.isatty() and not asked):
        raise missing
    read = ""
    try:
        for line in text.lines(text.Patience(sys.stdin.buffer, _WAIT_SECONDS)):
            read += line + "\n"
            if len(read) > _LONGEST:
                break
    except TimeoutError:
        raise missing from None
    if not read.strip():
        raise missing
    return read
