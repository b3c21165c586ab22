"""`az iot diag monitor`: live telemetry."""

from __future__ import annotations


def events(
    cmd,
    login,
    device_id=None,
    consumer_group="$Default",
    max_messages=None,
    duration=None,
    timeout=300,
    since=None,
    reader="wire",
    transport=None,
):
    """Show messages as they arrive. The validator has made `login` a Target and `since` milliseconds since 1970."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.clients import eventhub
    from azext_iotdiag.model.stream import Request
    from azext_iotdiag.streams.telemetry import Watch

    form = output.stream_form(cmd)
    through = _judge_environment(login.event_hub or login.hub, str(reader), transport)
    transport = str(transport or (eventhub.AMQP_WS if through else eventhub.AMQP))
    source = eventhub.open(
        login,
        consumer_group=str(consumer_group),
        position=eventhub.Position(since),
        reader=str(reader),
        transport=transport,
    )
    watch = Watch(source, device=device_id, count=max_messages, duration=duration, idle=timeout or None)
    started = time.monotonic()
    output.say(_way(watch.stream.host, transport, through))
    end = output.stream(_chunks(watch, form)) or watch.end.value
    _judge(watch.stream, Request(watch.shown, time.monotonic() - started, max_messages), end, transport)


def _judge(stream, request, end, transport):
    """Say what the stream came to and what was wrong with it, and exit accordingly."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.catalogue import GROUPS
    from azext_iotdiag.checks.runner import run
    from azext_iotdiag.knowledge.amqp import ENTITY_MISSING
    from azext_iotdiag.render import summary, text
    from azext_iotdiag.streams.pipeline import End

    facts = {"stream": stream, "request": request, "certificate": _certificate(stream.failure, transport)}
    if end in (End.INTERRUPTED.value, End.PIPE_CLOSED.value):
        del facts["request"]  # whoever ends it early has not asked for more
    results = tuple(run(GROUPS["stream"], facts, time.monotonic))
    for line in (*summary.stream(stream, request, end), *text.problems(results)):
        output.say(line)
    missing = any(finding.entry is ENTITY_MISSING for result in results for finding in result.findings)
    output.end(output.MISSING if missing else output.exit_code(results))


def _judge_environment(host, reader, asked):
    """What no connection can be made with, before there is one: settings that the environment holds.

    Returns the proxy that the environment names for the host, where it is of use: only WebSocket goes through one.
    """
    from azure.cli.core.azclierror import InvalidArgumentValueError

    from azext_iotdiag.clients import address, amqp, eventhub, proxy, transport

    try:
        transport.trust()
        address.find(host, amqp.AMQPS_PORT)
        through = None if asked == eventhub.AMQP else proxy.find(host, eventhub.HTTPS_PORT)
    except OSError as wrong:
        raise InvalidArgumentValueError(
            f"The certificates to trust cannot be read: {wrong}.",
            recommendation=f"Check the file that {' or '.join(transport.CA_VARIABLES)} names.",
        ) from None
    except address.BadMapping as wrong:
        raise InvalidArgumentValueError(str(wrong)) from None
    except proxy.BadProxy as wrong:
        raise InvalidArgumentValueError(str(wrong), recommendation="--transport amqp goes past any proxy.") from None
    if through is not None and through.kind == proxy.SOCKS and reader == "sdk":
        raise InvalidArgumentValueError(
            f"{through.variable} names a SOCKS proxy, and the azure-eventhub library knows none.",
            recommendation="Leave --reader away, or use --transport amqp, which goes past any proxy.",
        )
    return through


def _way(host, transport, through):
    """The line that says where the connection goes, and why it is not the usual one."""
    if through is not None:
        return (
            f"Connecting to {host} by {transport} through the proxy {through}, which {through.variable} names; "
            "--transport amqp goes past it ..."
        )
    return f"Connecting to {host} ..." if transport == "amqp" else f"Connecting to {host} by {transport} ..."


def _certificate(failure, transport):
    """What the server showed, where its certificate was the reason."""
    from azext_iotdiag.clients import eventhub, proxy
    from azext_iotdiag.model.failure import CERTIFICATE_KINDS
    from azext_iotdiag.probes import certificate

    if failure is None or failure.kind not in CERTIFICATE_KINDS:
        return None
    return certificate.measure(
        failure.host, failure.port, proxy.find(failure.host, failure.port) if transport == eventhub.AMQP_WS else None
    )


def _chunks(watch, form):
    """What goes to stdout for each message, and None where nothing is left to show; news of the stream go to stderr."""
    from azext_iotdiag import output
    from azext_iotdiag.render import event as render
    from azext_iotdiag.render import summary
    from azext_iotdiag.streams.decode import decode

    stream = watch.stream
    announced, broken = False, 0
    for event in watch:
        if not announced and stream.opened:
            announced = True
            output.say(summary.opened(stream))
        if event is not None:
            payload = decode(event.body)
            if form == "json":
                yield render.json_line(event, payload)
            elif form == "text":
                yield "".join(f"{line}\n" for line in render.lines(event, payload)).encode("utf-8", "backslashreplace")
            continue
        yield None
        if len(stream.interruptions) > broken:
            broken = len(stream.interruptions)
            output.say(summary.interrupted(stream.interruptions[-1]))
