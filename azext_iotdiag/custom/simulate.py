"""`simulate`: be a device."""

from __future__ import annotations


def simulate(
    cmd,
    connection_string=None,
    login=None,
    hub_name=None,
    resource_group_name=None,
    auth_type=None,
    device_id=None,
    module_id=None,
    new_device=False,
    certificate_file_path=None,
    key_file_path=None,
    passphrase=None,
    transport=None,
    message_interval=1.0,
    message_count=100,
    body_kind="json",
    data=None,
    data_file_path=None,
    content_type=None,
    content_encoding=None,
    properties=None,
    component=None,
    model=None,
    model_repo=None,
    model_id=None,
    init_reported_properties=None,
    method_response=None,
    method_response_code=200,
    method_response_payload=None,
    misbehave=None,
):  # pylint: disable=too-many-locals,unused-argument
    """Play a device over MQTT. What the validator has made of the arguments, it says."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.model.failure import StepFailed
    from azext_iotdiag.simulate import telemetry

    if login is not None and login.origin:
        output.say(login.origin)
    way = _way(transport, connection_string or login, certificate_file_path, key_file_path, passphrase)
    facts, done, device = {}, None, connection_string
    try:
        with _device(cmd, connection_string, login, device_id, module_id, new_device, facts) as device:
            if device is not None:
                messages = telemetry.dressed(
                    _messages(device, body_kind, data, data_file_path, model, time.time),
                    content_type=content_type,
                    content_encoding=content_encoding,
                    properties=properties or {},
                    component=component or "",
                )
                done, talk = _play(
                    device,
                    way,
                    messages,
                    (init_reported_properties, method_response),
                    (int(message_count), float(message_interval)),
                    model_id or "",
                    misbehave,
                )
                facts["simulated"] = _became(device, done, talk)
                output.say(_summary(done, talk))
    except StepFailed as failed:
        if device is not None and done is not None:
            output.say(f"The temporary device {device.device} could not be deleted; the next --new-device does it.")
        facts["registered"] = failed.failure
    except KeyboardInterrupt:  # while the hub was asked; what the device is interrupted in, it ends by itself
        left = " If a temporary device is left, the next --new-device deletes it." if new_device else ""
        output.say(f"Interrupted.{left}")
        if done is None:
            output.leave(cmd, output.INTERRUPTED)
            return output.hand_back(cmd, {"version": 1, "device": device_id, "ended": "interrupted"}, [])
        done.ended = "interrupted"
    found = _judge(facts, login or _hub_of(device), device.device if device else device_id or "")
    early = done is not None and done.ended == "interrupted" and (message_count or not done.acknowledged)
    output.leave(cmd, output.worst(found.verdict.exit_code, output.INTERRUPTED if early else output.HEALTHY))
    return output.hand_back(cmd, _data(device, device_id, misbehave, done, found.results), [])


def _way(transport, target, certificate, key, passphrase):
    """How the hub is reached: with the trust, the addresses and the proxy that az has."""
    from azext_iotdiag import output
    from azext_iotdiag.clients import address, proxy, tunnel
    from azext_iotdiag.clients import transport as connections
    from azext_iotdiag.clients.deadlines import usual
    from azext_iotdiag.simulate.device import HTTPS, Way

    trust, deadlines = connections.trust(), usual()
    if certificate:
        trust.load_cert_chain(certificate, key, password=passphrase.reveal())
    websocket = transport == "mqtt_ws"
    host = getattr(target, "gateway", "") or getattr(target, "host", "") or getattr(target, "hub", "")
    through = proxy.find(host, HTTPS) if websocket else None
    if through is None:
        return Way(trust, address.find, websocket, say=output.say, **deadlines.of_device())
    output.say(f"The way leads through the proxy {through}, which {through.variable} names.")

    def open_(sock, host, port):
        tunnel.open(sock, through, "{}:{}".format(*sock.getpeername()[:2]), host, port, deadlines.step)

    leads = lambda _host, _port: address.find(through.host, through.port)  # noqa: E731
    return Way(trust, leads, websocket, str(through), open_, output.say, **deadlines.of_device())


def _device(cmd, given, login, device_id, module_id, new_device, facts):
    """A context that gives the device to play, None where there is none to be had: `facts` then say why."""
    from contextlib import nullcontext

    if given is not None:
        return nullcontext(given)
    return _temporary(cmd, login) if new_device else nullcontext(_known(login, device_id, module_id, facts))


def _known(login, device_id, module_id, facts):
    """A device whose key the hub hands out; None where it does not, or where it lets the device in no more."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.clients import keys
    from azext_iotdiag.clients.hub import Hub
    from azext_iotdiag.credential.connection_string import DeviceConnectionString
    from azext_iotdiag.model.simulated import Registered
    from azext_iotdiag.probes import readings

    output.say(f"Asking {login.hub} for the key of {device_id} ...")
    hub = Hub(login, time.time)
    try:
        told = hub.module(device_id, module_id) if module_id else hub.device(device_id)
    finally:
        hub.close()
    held = keys.of_identity(login.hub, device_id, module_id or "", told)
    facts["registered"] = Registered(login.hub, device_id)
    facts["identity"] = readings.identity(login.hub, device_id, told)
    if facts["identity"].status == "disabled":
        return None
    if held.primary is None:
        _no_key(device_id, held.authentication)
    return DeviceConnectionString(login.hub, device_id, module_id or "", key=held.primary)


def _no_key(device_id, kind):
    from azure.cli.core.azclierror import ArgumentUsageError

    raise ArgumentUsageError(
        f"The device {device_id} has no key: its authentication type is {kind}.",
        recommendation="Add --certificate-file-path CERTIFICATE.pem --key-file-path KEY.pem.",
    )


def _temporary(cmd, login):
    """A context with a device that is made for it, and deleted afterwards, as is what killed runs have left."""
    import time
    from contextlib import contextmanager

    from azext_iotdiag import output
    from azext_iotdiag.clients.hub import Hub
    from azext_iotdiag.credential.connection_string import DeviceConnectionString
    from azext_iotdiag.simulate import temporary

    @contextmanager
    def made():
        hub = Hub(login, time.time)
        notes = temporary.folder_of(cmd.cli_ctx.config.config_dir)
        try:
            for left in temporary.delete_leftovers(hub, login.hub, notes):
                output.say(f"Deleted {left}, which a run that was killed had left.")
            with temporary.identity(hub, login.hub, notes) as (name, key):
                output.say(f"Made the temporary device {name}.")
                yield DeviceConnectionString(login.hub, name, key=key)
            output.say(f"Deleted the temporary device {name}.")
        finally:
            hub.close()

    return made()


def _messages(device, kind, data, recorded, model, clock):
    """What is to be sent, without end."""
    import itertools

    from azext_iotdiag.simulate import telemetry

    if recorded is not None:
        return itertools.cycle(recorded)
    if model is not None:
        from azext_iotdiag.simulate import modelled

        return modelled.bodies(model, device.device)
    if data is not None:
        return telemetry.texts(str(kind), data.fills(device.device, clock))
    return telemetry.bodies(str(kind), device.device)


def _play(device, way, messages, twin_and_methods, pace, model_id, misbehave):
    """Connect and behave, or not. Returns the run, and what else was talked."""
    from azext_iotdiag import output
    from azext_iotdiag.render.event import printable
    from azext_iotdiag.simulate import behaviour, misbehaviour
    from azext_iotdiag.simulate.conversation import Conversation
    from azext_iotdiag.simulate.device import connect
    from azext_iotdiag.simulate.sign_in import name_of, path_of, sign_in

    def say(text):
        output.say(printable(text))

    reported, answers = twin_and_methods
    count, interval = pace
    talk = Conversation(path_of(device), answers, reported, say)
    output.say(f"Connecting to {device.host} as {name_of(device)}{' over WebSocket' if way.websocket else ''} ...")
    if misbehave and misbehave not in misbehaviour.WITH_BODIES:
        say(f"Misbehaving: {device.device} {misbehaviour.MISBEHAVIOURS[misbehave].title}.")
        done = misbehaviour.rehearse(
            misbehave, device, lambda signed: connect(device, signed, way), iter(messages),
            count=count, interval=interval, say=say, model_id=model_id,
        )  # fmt: skip
        return done, talk
    if misbehave:
        say(f"Misbehaving: {device.device} {misbehaviour.MISBEHAVIOURS[misbehave].title}.")
        messages = misbehaviour.altered(misbehave, messages)
    open_ = talk.opening(lambda now: connect(device, sign_in(device, now, model_id), way))
    done = behaviour.run(open_, messages, count=count, interval=interval, say=say)
    if misbehave and done.ended == "count":
        done.ended, done.answer = "misbehaved", "the hub acknowledged all of it: it does not look into messages"
    return done, talk


def _became(device, done, talk):
    from azext_iotdiag.model.simulated import Simulated

    return Simulated(device.device, done.failure.failure if done.failure else None, tuple(talk.failures))


def _summary(done, talk):
    """One line: what was sent, what was answered, and what the hub made of it."""
    from azext_iotdiag.render.event import printable

    if done.answer and not done.sent:
        return printable(f"{done.answer[0].upper()}{done.answer[1:]}.")
    line = f"{done.sent} sent, {done.acknowledged} acknowledged in {done.seconds:.1f} s"
    counts = ((talk.methods, "method"), (talk.desired, "desired change"), (talk.messages, "message from the cloud"))
    also = [f"{count} {what}" + ("s" if count > 1 else "") for count, what in counts if count]
    line += f"; answered {', '.join(also)}" if also else ""
    line = f"Interrupted: {line}." if done.ended == "interrupted" else f"{line}."
    return printable(f"{line} {done.answer[0].upper()}{done.answer[1:]}." if done.answer else line)


def _judge(facts, login, device_id):
    """Say what is wrong. The diagnosis of what the simulation left."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.access import opened_by
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.model.facts import given
    from azext_iotdiag.model.keys import Asked
    from azext_iotdiag.render import commands, text

    known = given(time.time(), asked=Asked(login.hub if login else "", device_id), access=opened_by(login), **facts)
    found = diagnose((Link.ADMISSION, Link.CONNECTION), known, time.monotonic)
    for line in text.problems(found, commands.known(login, device_id)):
        output.say(line)
    return found


def _hub_of(device):
    """The hub that a device's own string names."""
    from azext_iotdiag.model.target import Target

    return Target(hub=device.host) if device else None


def _data(device, device_id, misbehave, done, results):
    """The summary as data, with the codes of what was found."""
    data = {"version": 1, "device": device.device if device else device_id}
    if done is not None:
        data |= {
            "sent": done.sent, "acknowledged": done.acknowledged, "seconds": done.seconds,
            "ended": "refused" if done.failure and done.failure.failure.condition.startswith("mqtt:") else done.ended,
        }  # fmt: skip
    if misbehave:
        data["misbehaviour"] = {"name": str(misbehave), "answer": done.answer if done else ""}
    found = [finding for result in results for finding in result.findings]
    return {**data, "findings": [{"code": each.entry.code, "message": each.message} for each in found]}
