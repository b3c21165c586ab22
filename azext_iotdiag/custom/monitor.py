"""`az iot diag monitor`: live telemetry."""
from __future__ import annotations


def events(
    cmd, login, device_id=None, consumer_group="$Default", max_messages=None, duration=None, timeout=300, since=None,
    reader="wire",
):
    """Show messages as they arrive. The validator has made `login` a Target and `since` milliseconds since 1970."""
    import time

    from azext_iotdiag import dependencies, output
    from azext_iotdiag.checks.catalogue import GROUPS
    from azext_iotdiag.checks.runner import run
    from azext_iotdiag.clients import eventhub
    from azext_iotdiag.knowledge.amqp import ENTITY_MISSING
    from azext_iotdiag.model.stream import Request
    from azext_iotdiag.render import summary, text
    from azext_iotdiag.streams.pipeline import End
    from azext_iotdiag.streams.telemetry import Watch

    dependencies.prefer_own()
    form = output.stream_form(cmd)
    source = eventhub.open(login, consumer_group=str(consumer_group), position=eventhub.Position(since), reader=str(reader))
    watch = Watch(source, device=device_id, count=max_messages, duration=duration, idle=timeout or None)
    started = time.monotonic()
    output.say(f"Connecting to {watch.stream.host} ...")
    end = output.stream(_chunks(watch, form)) or watch.end.value

    request = Request(watch.shown, time.monotonic() - started, max_messages)
    facts = {"stream": watch.stream, "request": request, "certificate": _certificate(watch.stream.failure)}
    if end in (End.INTERRUPTED.value, End.PIPE_CLOSED.value):
        del facts["request"]  # whoever ends it early has not asked for more
    results = tuple(run(GROUPS["stream"], facts, time.monotonic))
    for line in (*summary.stream(watch.stream, request, end), *text.problems(results)):
        output.say(line)
    missing = any(finding.entry is ENTITY_MISSING for result in results for finding in result.findings)
    output.end(output.MISSING if missing else output.exit_code(results))


def _certificate(failure):
    """What the server showed, where its certificate was the reason."""
    from azext_iotdiag.model.failure import CERTIFICATE_KINDS
    from azext_iotdiag.probes import certificate

    return certificate.measure(failure.host, failure.port) if failure is not None and failure.kind in CERTIFICATE_KINDS else None


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
