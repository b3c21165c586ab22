"""`az iot diag monitor`: live telemetry."""

from __future__ import annotations


def events(
    cmd,
    login,
    device_id=None,
    module_id=None,
    component=None,
    interface=None,
    consumer_group="$Default",
    max_messages=None,
    duration=None,
    timeout=300,
    since=None,
    expect_every=None,
    properties=None,
    content_type=None,
    reader="wire",
    transport=None,
    yes=False,
    repair=False,
):  # pylint: disable=too-many-locals,unused-argument  # the last two are azure-iot's, and of no effect
    """Show messages as they arrive. What the validator has made of the arguments, it says."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.clients import eventhub
    from azext_iotdiag.model.stream import Request
    from azext_iotdiag.streams.filters import Filters, matcher
    from azext_iotdiag.streams.telemetry import Watch

    form, query = _form(cmd, properties)
    source = eventhub.open(
        login,
        consumer_group=str(consumer_group),
        position=eventhub.Position(since),
        reader=str(reader),
        transport=transport,
    )
    filters = Filters(device_id, module_id, component, interface)
    beats = _beats(expect_every, source.stream, filters, since)
    watch = Watch(
        source, test=matcher(filters), before=beats, count=max_messages, duration=duration, idle=timeout or None
    )
    started = time.monotonic()
    output.say(_way(watch.stream.host, transport))
    end = output.stream(_chunks(watch, form, content_type, beats)) or watch.end.value
    _judge(watch.stream, Request(watch.shown, time.monotonic() - started, max_messages), end, transport, beats, query)


def _form(cmd, properties):
    """What makes output of a message, and the --query in it, if there is one."""
    from azext_iotdiag import output
    from azext_iotdiag.render import forms

    search = output.query(cmd)
    query = forms.Query(search) if search else None
    return forms.form(output.stream_form(cmd), shown=properties, query=query, colour=output.colour(cmd)), query


def _beats(expect_every, stream, filters, since):
    """What watches the beat of the devices, None where nobody asked for it."""
    import time

    from azext_iotdiag.streams.filters import matcher
    from azext_iotdiag.streams.heartbeat import Heartbeats

    if expect_every is None:
        return None
    return Heartbeats(
        expect_every,
        stream,
        clock=time.monotonic,
        now=time.time,
        test=matcher(filters),
        device=filters.exact_device,
        since=since,
    )


def _judge(stream, request, end, transport, beats, query):
    """Say what the stream came to and what was wrong with it, and exit accordingly."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.catalogue import GROUPS
    from azext_iotdiag.checks.runner import run
    from azext_iotdiag.knowledge.amqp import ENTITY_MISSING
    from azext_iotdiag.render import summary, text
    from azext_iotdiag.streams.pipeline import End

    facts = {"stream": stream, "request": request, "certificate": _certificate(stream.failure, transport)}
    if beats:
        facts["beats"] = beats.beats
    if end in (End.INTERRUPTED.value, End.PIPE_CLOSED.value):
        del facts["request"]  # whoever ends it early has not asked for more
    results = tuple(run(GROUPS["stream"], facts, time.monotonic))
    left = summary.queried(query.empty, request.shown, query.problem) if query else ()
    for line in (*summary.stream(stream, request, end), *left, *text.problems(results)):
        output.say(line)
    missing = any(finding.entry is ENTITY_MISSING for result in results for finding in result.findings)
    output.end(output.MISSING if missing else output.exit_code(results))


def _way(host, transport):
    """The line that says where the connection goes, and why it is not the usual one."""
    from azext_iotdiag.clients import eventhub

    through = eventhub.proxy_for(host, transport)
    if through is not None:
        return (
            f"Connecting to {host} by {transport} through the proxy {through}, which {through.variable} names; "
            "--transport amqp goes past it ..."
        )
    return f"Connecting to {host} ..." if transport == eventhub.AMQP else f"Connecting to {host} by {transport} ..."


def _certificate(failure, transport):
    """What the server showed, where its certificate was the reason."""
    from azext_iotdiag.clients import eventhub
    from azext_iotdiag.model.failure import CERTIFICATE_KINDS
    from azext_iotdiag.probes import certificate

    if failure is None or failure.kind not in CERTIFICATE_KINDS:
        return None
    return certificate.measure(failure.host, failure.port, eventhub.proxy_for(failure.host, transport))


def _chunks(watch, form, content_type, beats):
    """What goes to stdout for each message, and None where nothing is left to show; news of the stream go to stderr."""
    from azext_iotdiag import output
    from azext_iotdiag.render import summary
    from azext_iotdiag.streams.content_type import decoder
    from azext_iotdiag.streams.decode import decode

    stream, read = watch.stream, decoder(content_type) if content_type else decode
    announced, broken = False, 0
    for event in watch:
        if not announced and stream.opened:
            announced = True
            output.say(summary.opened(stream))
        if event is not None:
            yield form(event, read(event.body))
            continue
        yield None
        if len(stream.interruptions) > broken:
            broken = len(stream.interruptions)
            output.say(summary.interrupted(stream.interruptions[-1]))
        if beats:
            _tell(beats)
    if beats:
        _tell(beats)


def _tell(beats):
    """Say which devices have missed a beat or are back since the last time."""
    from azext_iotdiag import output
    from azext_iotdiag.render import summary

    for line in summary.lapses(beats.take_news(), beats.interval):
        output.say(line)
    if beats.has_become_full():
        output.say(summary.full(beats.most))
