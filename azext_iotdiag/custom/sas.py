"""`sas create` and `sas inspect`: a token that is right, or what is wrong with one."""

from __future__ import annotations

_WAIT_SECONDS = 60.0
_LONGEST = 65_536


def create(
    cmd, connection_string=None, login=None, device_id=None, module_id=None, key_type="primary", id_scope=None,
    registration_id=None, key=None, group_key=None, duration=3600,
):  # fmt: skip
    """Make a token. `connection_string` and `login` are what the strings say, `key` and `group_key` are Secrets."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.credential import inspection, sas
    from azext_iotdiag.model.moments import written

    policy = ""
    if id_scope:
        text = key.reveal() if key else sas.derive(sas.iothub_key(group_key.reveal()), registration_id)
        resource, policy = inspection.registration_resource(id_scope, registration_id), "registration"
    elif connection_string is not None:
        text = connection_string.key.reveal()
        resource = inspection.resource_of(connection_string.host, connection_string.device, connection_string.module)
    elif device_id:
        keys = _registry_keys(login, device_id, module_id or "")
        text = keys[f"the {key_type} key"].reveal()
        resource = inspection.resource_of(login.host, device_id, module_id or "")
    else:
        text, resource, policy = login.key.reveal(), login.host, login.policy
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


def inspect(
    cmd, sas_token=None, connection_string=None, login=None, hub_name=None, device_id=None, module_id=None, key=None,
    group_key=None, registration_id=None, id_scope=None, check_clock=False,
):  # fmt: skip
    """Judge a token that was given or comes on standard input, against all that was said of it."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.credential import inspection
    from azext_iotdiag.probes import clock as probe
    from azext_iotdiag.render import sas as render

    text = sas_token if sas_token not in (None, "-") else _read_input(asked=sas_token == "-")
    bare = inspection.inspect(text)
    expected = _expected(
        bare, connection_string, login, hub_name, (device_id or "", module_id or ""), key, group_key,
        (id_scope or "", registration_id or ""),
    )  # fmt: skip
    facts, now = inspection.inspect(text, expected), time.time()
    clock = probe.measure(_service_of(bare, expected)) if check_clock else None
    results = _judge({"token": facts, "now": now, **({"clock": clock} if clock else {})})
    output.leave(cmd, output.exit_code(results))
    return output.hand_back(cmd, render.data(facts, results, clock, now), render.lines(facts, results, clock, now))


def _judge(facts):
    """The results of the checks of a token, and of the clock where that was measured."""
    import time

    from azext_iotdiag.checks import catalogue, runner

    checks = [*(catalogue.GROUPS["environment"] if "clock" in facts else ()), *catalogue.GROUPS["sas"]]
    return list(runner.run(checks, facts, time.monotonic))


def _expected(bare, given, login, hub_name, ids, key, group_key, registration):
    """What the token is held against."""
    from azext_iotdiag.credential import connection_string as strings
    from azext_iotdiag.credential import inspection

    device, module = ids
    id_scope, registration_id = registration
    keys = {"the key": key} if key else {}
    if given is not None:
        keys |= {"the string's key": given.key} if given.key else {}
        wanted = inspection.resource_of(hub_name or given.host, device or given.device, module or given.module)
        return inspection.Expected(wanted, "", keys)
    if isinstance(login, strings.HubConnectionString):
        own = bare.resource.split("/")
        named = device or (own[2] if len(own) > 2 and own[1] == "devices" else "")
        host = hub_name or login.host
        if named and not bare.policy:
            keys |= _registry_keys(login, named, module or (own[4] if len(own) > 4 else ""))
            return inspection.Expected(inspection.resource_of(host, named, module), "", keys)
        keys[f"the key of {login.policy}"] = login.key
        return inspection.Expected(inspection.resource_of(host, device, module), login.policy, keys)
    if login is not None:
        return inspection.Expected(login.host, login.policy, {**keys, f"the key of {login.policy}": login.key})
    if registration_id or inspection.is_registration(bare.resource):
        wanted = inspection.registration_resource(id_scope, registration_id) if id_scope and registration_id else ""
        return inspection.Expected(wanted, "registration", keys, group_key, registration_id)
    host = hub_name or (bare.resource.partition("/")[0] if device else "")
    policy = "" if device and keys else None
    return inspection.Expected(inspection.resource_of(host, device, module) if host else "", policy, keys)


def _registry_keys(login, device, module):
    """Both keys of a device or module, by what they are called. Raises az's errors."""
    import time

    from azure.cli.core.azclierror import InvalidArgumentValueError

    from azext_iotdiag.model.target import Target
    from azext_iotdiag.probes import keys as probe

    target = Target(hub=login.host, policy=login.policy, credential=login.key)
    read = probe.measure(target, device, time.time, module)
    if read.failure is not None:
        raise _refusal(read)
    found = {
        name: key for name, key in (("the primary key", read.primary), ("the secondary key", read.secondary)) if key
    }
    if len(found) < 2:
        raise InvalidArgumentValueError(
            f"{device}: the device has no keys; its authentication is {read.authentication}.",
            recommendation="A device with a certificate uses no tokens.",
        )
    return found


def _refusal(read):
    from azure.cli.core.azclierror import AzureConnectionError, ForbiddenError, ResourceNotFoundError

    from azext_iotdiag.model.failure import Kind

    failure = read.failure
    said = f"{failure.step} did not come from {failure.host}: {failure.description or failure.kind.value}."
    if failure.kind is Kind.MISSING:
        return ResourceNotFoundError(
            f"{failure.host} knows no device {read.device!r}.", recommendation="Case counts in ids of devices."
        )
    if failure.kind is Kind.UNAUTHORIZED:
        return ForbiddenError(said, recommendation="Keys are shown to a policy with the right RegistryRead.")
    return AzureConnectionError(said)


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
