"""`key test` and `key renew`: does this key open the hub, and a new one in its place."""

from __future__ import annotations


def test(
    cmd, connection_string=None, key=None, login=None, device_id=None, module_id=None, group_key=None, certificate=None,
    protocol=None, yes=False, hub_name=None, resource_group_name=None, auth_type=None,
):  # fmt: skip
    """Compare what was given with the registry where `login` opens it, and else, or when asked, try it."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.probes.gather import gather
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import key as render

    given = _given(connection_string, key)
    if login is not None and login.origin:
        output.say(login.origin)
    context, facts = _asked(login, given, certificate, (device_id or "", module_id or ""), group_key)
    facts |= gather(("key_comparison",), context, known=facts)
    if protocol == "mqtt":
        facts |= _over_mqtt(context.typed, yes)
    elif protocol or "key_comparison" not in facts:
        facts |= gather(("admission",), context, known=facts)
        _say_of_modules(context.typed)
    found = diagnose((Link.DEVICE, Link.ADMISSION), facts, time.monotonic)
    output.leave(cmd, found.verdict.exit_code)
    known = commands.known(login, context.typed.device)
    return output.hand_back(cmd, render.data(facts, found), render.lines(facts, found, known))


def _asked(login, given, certificate, ids, group_key):
    """What probes measure with, and the facts that the user gave."""
    import time

    from azext_iotdiag.credential.given import secret
    from azext_iotdiag.model import facts
    from azext_iotdiag.model.access import opened_by
    from azext_iotdiag.model.keys import Asked
    from azext_iotdiag.probes.context import Context, Typed

    device, module = ids
    string = given.string if given else None
    named = Typed(
        device=device or (string.device if string else ""),
        module=module or (string.module if string else ""),
        device_host=string.host if string else login.hub if login else "",
        key=given.key if given else "",
        key_is_faulty=bool(given and given.facts.fault_of_key),
        signing_key=secret(given) if given else None,
        signature=string.signature if string else None,
        group_key=group_key,
    )
    known = facts.given(
        time.time(),
        asked=Asked(login.hub if login else "", device, named.module),
        given=given.facts if given else None,
        device_certificate=certificate,
        access=opened_by(login),
    )
    return Context(named, hub=login), known


def _given(connection_string, key):
    from azext_iotdiag.credential import given

    if connection_string is not None:
        return given.read_string(connection_string.reveal(), "--connection-string")
    return None if key is None else given.read_key(key.reveal(), "--key")


def _say_of_modules(typed):
    from azext_iotdiag import output

    if typed.module and typed.device_host and (typed.signing_key or typed.signature):
        output.say("Over HTTPS a module can be tried in no way that changes nothing; --login compares its key.")


def _over_mqtt(typed, yes):
    """Connect as the device, which ends any other connection that it has: only after a yes. The fact that it gives."""
    import time
    from datetime import datetime, timezone

    from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError
    from knack.prompting import NoTTYException, prompt_y_n

    from azext_iotdiag.clients import address, transport
    from azext_iotdiag.clients.deadlines import usual
    from azext_iotdiag.credential.connection_string import DeviceConnectionString
    from azext_iotdiag.model.facts import Fact, Vantage
    from azext_iotdiag.model.failure import Kind, StepFailed
    from azext_iotdiag.model.keys import Admission
    from azext_iotdiag.simulate import device as simulated
    from azext_iotdiag.simulate import sign_in

    host, device, module = typed.device_host, typed.device, typed.module
    key, signature = typed.signing_key, typed.signature
    if not (key or signature) or not host or not device:
        return {}
    if module:
        raise InvalidArgumentValueError("--protocol mqtt tries devices; for a module, compare its key with --login.")
    question = f"Connect to {host} as {device}? If it is connected now, the hub ends that connection."
    try:
        if not yes and not prompt_y_n(question):
            return {}
    except NoTTYException:
        raise RequiredArgumentMissingError(
            "--protocol mqtt ends the device's own connection, and nobody can be asked here.",
            recommendation="Add --yes where that does no harm.",
        ) from None
    string = DeviceConnectionString(host, device, key=key, signature=signature)
    admission, failure = Admission(host, device, "MQTT", True), None
    try:
        way = simulated.Way(transport.trust(), address.find, **usual().of_device())
        simulated.connect(string, sign_in.sign_in(string, time.time()), way).close()
    except StepFailed as failed:
        failure = failed.failure
        if failure.kind is Kind.UNAUTHORIZED:
            said = ": ".join(part for part in (failure.condition, failure.description) if part)
            admission, failure = Admission(host, device, "MQTT", False, description=said), None
    now = datetime.now(timezone.utc)
    value = admission if failure is None else None
    return {"admission": Fact(value, now, "the hub's MQTT endpoint", Vantage.SERVICE, failure)}


def renew(
    cmd, login, device_id, key_type, module_id=None, group_key=None, show=False, hub_name=None,
    resource_group_name=None, auth_type=None, dps_login=None, dps_name=None,
):  # fmt: skip
    """Renew one key of a device, or swap both; the other stays as it is. Keys are shown only with `show`."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.clients import keys as registry
    from azext_iotdiag.model.failure import StepFailed

    if login.origin:
        output.say(login.origin)
    try:
        read = registry.read(login, device_id, time.time, module_id or "")
    except StepFailed as failed:
        raise _refusal(failed.failure, device_id) from None
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
    from azext_iotdiag.checks.failures import Service, finding_of
    from azext_iotdiag.model.failure import StepFailed
    from azext_iotdiag.probes import key_origin

    if dps_login.origin:
        output.say(dps_login.origin)
    try:
        origin = key_origin.measure(dps_login, read, time.time)
    except StepFailed as failed:
        found = finding_of(Service.DPS, failed.failure)
        raise AzureResponseError(
            f"Whether {dps_login.dps} made the key could not be learnt, so nothing was renewed: {found.message}.",
            recommendation=[step for cause in found.entry.causes for step in cause.mitigation][:3],
        ) from None
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
