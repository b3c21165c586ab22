"""`key test` and `key renew`: does this key open the hub, and a new one in its place."""

from __future__ import annotations


def test(
    cmd, connection_string=None, key=None, login=None, device_id=None, module_id=None, group_key=None, certificate=None,
    protocol=None, yes=False, hub_name=None, resource_group_name=None, auth_type=None,
):  # fmt: skip
    """Compare what was given with the registry where `login` opens it, and else, or when asked, try it."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.model.target import Target
    from azext_iotdiag.probes import keys as registry

    given = _given(connection_string, key)
    string = given.string if given else None
    device, module = device_id or (string.device if string else ""), module_id or (string.module if string else "")
    if login is not None and login.origin:
        output.say(login.origin)
    facts = {"now": time.time(), "asked": Target(hub=login.hub if login else "", device=device_id or "")}
    if login is not None and device:
        facts["keys"] = registry.measure(login, device, time.time, module)
    if given is not None:
        facts["given"] = _compared(given, facts.get("keys"), group_key)
    if certificate is not None:
        facts["certificate"] = certificate
    if protocol or "keys" not in facts:
        host = string.host if string else login.hub if login else ""
        admitted = _admission(given, host, device, module, str(protocol or "https"), yes)
        facts |= {"admission": admitted} if admitted else {}
    return _hand_back(cmd, facts, login, device)


def _hand_back(cmd, facts, login, device):
    """What the checks make of the facts."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks import catalogue, runner
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import key as render

    results = runner.run(catalogue.GROUPS["key"], facts, time.monotonic)
    judged = [each for each in results if not each.reason.startswith("not known:")]
    output.leave(cmd, output.exit_code(judged))
    shown = (facts.get("given"), facts.get("keys"), facts.get("admission"), judged)
    return output.hand_back(cmd, render.data(*shown), render.lines(*shown, commands.known(login, device)))


def _given(connection_string, key):
    from azext_iotdiag.credential import given

    if connection_string is not None:
        return given.read_string(connection_string.reveal(), "--connection-string")
    return None if key is None else given.read_key(key.reveal(), "--key")


def _compared(given, keys, group_key):
    """The facts about what was given, with how it compares, where there is something to compare with."""
    from dataclasses import replace

    from azext_iotdiag.credential import likeness

    if keys is None or keys.failure is not None or not given.key:
        return given.facts
    found = likeness.compare(given.key, keys, group_key)
    kinds = likeness.Likeness
    if given.of_key and found is kinds.NONE:  # what it would be without its fault is not known
        return given.facts
    known_better = given.of_key and found not in (kinds.NONE, kinds.PRIMARY, kinds.SECONDARY)
    whole = replace(given.facts, fault="") if known_better else given.facts
    return replace(whole, likeness=found, kind=whole.kind or "key")


def _admission(given, host, device, module, protocol, yes):
    """Whether the hub lets in who has this key; None where nothing was given that could be tried."""
    import time

    from azext_iotdiag.clients import device as client
    from azext_iotdiag.credential import given as credential
    from azext_iotdiag.credential import inspection, sas
    from azext_iotdiag.model.target import Secret

    key = credential.secret(given) if given else None
    string = given.string if given else None
    signature = string.signature if string else None
    if not (key or signature) or not host or not device:
        return None
    if protocol == "mqtt":
        return _over_mqtt(host, device, module, key, signature, yes)
    if module:
        _say_of_modules()
        return None
    if signature is None:
        resource = inspection.resource_of(host, device)
        signature = Secret(sas.sign(resource, sas.iothub_key(key.reveal()), int(time.time()) + 300))
    return client.admission(host, device, signature)


def _say_of_modules():
    from azext_iotdiag import output

    output.say("Over HTTPS a module can be tried in no way that changes nothing; --login compares its key.")


def _over_mqtt(host, device, module, key, signature, yes):
    """Connect as the device, which ends any other connection that it has: only after a yes."""
    import time

    from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError
    from knack.prompting import NoTTYException, prompt_y_n

    from azext_iotdiag.clients import address, transport
    from azext_iotdiag.credential.connection_string import DeviceConnectionString
    from azext_iotdiag.model.failure import Kind
    from azext_iotdiag.model.keys import Admission
    from azext_iotdiag.simulate import device as simulated
    from azext_iotdiag.simulate import sign_in

    if module:
        raise InvalidArgumentValueError("--protocol mqtt tries devices; for a module, compare its key with --login.")
    question = f"Connect to {host} as {device}? If it is connected now, the hub ends that connection."
    try:
        if not yes and not prompt_y_n(question):
            return None
    except NoTTYException:
        raise RequiredArgumentMissingError(
            "--protocol mqtt ends the device's own connection, and nobody can be asked here.",
            recommendation="Add --yes where that does no harm.",
        ) from None
    string = DeviceConnectionString(host, device, key=key, signature=signature)
    try:
        way = simulated.Way(transport.trust(), address.find)
        made = simulated.connect(string, sign_in.sign_in(string, time.time()), way)
    except simulated.Failed as failed:
        failure = failed.failure
        if failure.kind is Kind.UNAUTHORIZED:
            said = ": ".join(part for part in (failure.condition, failure.description) if part)
            return Admission(host, device, "MQTT", False, description=said)
        return Admission(host, device, "MQTT", failure=failure)
    made.close()
    return Admission(host, device, "MQTT", True)


def renew(
    cmd, login, device_id, key_type, module_id=None, group_key=None, show=False, hub_name=None,
    resource_group_name=None, auth_type=None, dps_login=None, dps_name=None,
):  # fmt: skip
    """Renew one key of a device, or swap both; the other stays as it is. Keys are shown only with `show`."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.clients.failed import StepFailed
    from azext_iotdiag.probes import keys as registry

    if login.origin:
        output.say(login.origin)
    read = registry.measure(login, device_id, time.time, module_id or "")
    if read.failure is not None:
        raise _refusal(read.failure, device_id)
    _refuse_derived(read, group_key, dps_login)
    primary, secondary = _renewed(read, str(key_type))
    try:
        registry.write(login, read, primary, secondary, time.time)
    except registry.Changed:
        raise _changed(device_id) from None
    except StepFailed as failed:
        raise _refusal(failed.failure, device_id) from None
    done = "Swapped the keys" if key_type == "swap" else f"Renewed the {key_type} key"
    message = f"{done} of {device_id} in {read.hub}."
    note = "Whatever uses the old key is refused from its next token on."
    if read.connected and key_type != "swap":
        note = f"The device is connected: {note[0].lower()}{note[1:]}"
    result = {"version": 1, "hub": read.hub, "device": device_id, "module": module_id, "renewed": str(key_type)}
    lines = [message]
    if show:
        result |= {"primaryKey": primary.reveal(), "secondaryKey": secondary.reveal()}
        lines += [f"Primary    {primary.reveal()}", f"Secondary  {secondary.reveal()}"]
    if key_type != "swap":
        output.say(note)
    return output.hand_back(cmd, result, lines)


def _renewed(read, key_type):
    """Both keys as they shall be."""
    import base64
    import secrets

    from azext_iotdiag.model.target import Secret

    if key_type == "swap":
        return read.secondary, read.primary
    fresh = Secret(base64.b64encode(secrets.token_bytes(32)).decode("ascii"))
    return (fresh, read.secondary) if key_type == "primary" else (read.primary, fresh)


def _refuse_derived(read, group_key, dps_login):
    """Raise az's error where the hub is not the place to renew the key, or where that cannot be learnt."""
    from azure.cli.core.azclierror import ArgumentUsageError

    from azext_iotdiag.credential import likeness
    from azext_iotdiag.knowledge.admission import KEY_IS_DERIVED

    group, individual, central = KEY_IS_DERIVED.causes
    if read.authentication != "sas" or not (read.primary and read.secondary):
        raise ArgumentUsageError(
            f"{read.device} has no keys in {read.hub}: its authentication is {read.authentication}.",
            recommendation="az iot hub device-identity show -n HUB -d DEVICE --query authentication",
        )
    if read.hub.startswith("iotc-"):
        raise ArgumentUsageError(f"{KEY_IS_DERIVED.title}. {central.why}", recommendation=list(central.mitigation))
    if group_key is not None and likeness.is_derived(read, group_key):
        raise ArgumentUsageError(f"{KEY_IS_DERIVED.title}. {group.why}", recommendation=list(group.mitigation))
    if dps_login is not None:
        _refuse_provisioned(read, dps_login, KEY_IS_DERIVED)
    elif group_key is None:
        _warn_of_dps(individual)


def _refuse_provisioned(read, dps_login, entry):
    """The same for the enrollments and groups of a provisioning service."""
    import time

    from azure.cli.core.azclierror import ArgumentUsageError, AzureResponseError

    from azext_iotdiag import output
    from azext_iotdiag.checks import statuses as standing
    from azext_iotdiag.probes import key_origin

    if dps_login.origin:
        output.say(dps_login.origin)
    origin = key_origin.measure(dps_login, read, time.time)
    if origin.failure is not None:
        found = standing.refused_by_dps(origin.failure)
        raise AzureResponseError(
            f"Whether {dps_login.dps} made the key could not be learnt, so nothing was renewed: {found.message}.",
            recommendation=[step for cause in found.entry.causes for step in cause.mitigation][:3],
        )
    if origin.id:
        group, individual, _ = entry.causes
        cause, what = (group, "group") if origin.group else (individual, "enrollment")
        raise ArgumentUsageError(
            f"{entry.title}. {cause.why} It is the {what} {origin.id!r} of {dps_login.dps}.",
            recommendation=list(cause.mitigation),
        )


def _warn_of_dps(individual):
    from azext_iotdiag import output

    output.say(
        "A hub does not tell whether a device comes through DPS. If this one does, renew the key there: "
        f"{individual.mitigation[0]} With --dps-name or --group-key that is recognised."
    )


def _changed(device_id):
    from azure.cli.core.azclierror import AzureResponseError

    return AzureResponseError(
        f"{device_id} was changed by somebody else in the same moment; nothing was written.",
        recommendation="Run the command again.",
    )


def _refusal(failure, device_id):
    from azure.cli.core.azclierror import AzureConnectionError, ForbiddenError, ResourceNotFoundError

    from azext_iotdiag.model.failure import Kind

    if failure.kind is Kind.MISSING:
        return ResourceNotFoundError(
            f"{failure.host} knows no device {device_id!r}.", recommendation="Case counts in ids of devices."
        )
    said = f"{failure.step} did not come from {failure.host}: {failure.description or failure.kind.value}."
    if failure.kind is Kind.UNAUTHORIZED:
        return ForbiddenError(
            said,
            recommendation="It takes RegistryRead and RegistryWrite, as the policy registryReadWrite has them, "
            "or the role IoT Hub Data Contributor.",
        )
    return AzureConnectionError(said)
