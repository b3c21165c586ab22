"""`az iot diag monitor`: live telemetry."""

from __future__ import annotations


def events(
    cmd,
    login=None,
    hub_name=None,
    resource_group_name=None,
    auth_type=None,
    app_id=None,
    token=None,
    central_dns_suffix=None,
    device_id=None,
    device_query=None,
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
):  # pylint: disable=too-many-locals,unused-argument  # the validator's alone, or without effect
    """Show messages as they arrive. What the validator has made of the arguments, it says."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.clients.telemetry.contract import Options, Position
    from azext_iotdiag.clients.telemetry.open import open_reader
    from azext_iotdiag.model.stream import Request
    from azext_iotdiag.streams.census import Counting
    from azext_iotdiag.streams.filters import Filters, by_option, matcher
    from azext_iotdiag.streams.telemetry import Watch

    form, query = _form(cmd, properties)
    if login.origin:
        output.say(login.origin)
    filters = Filters(device_id, module_id, component, interface, *picked(login, device_query))
    source = open_reader(login, Options(str(consumer_group), Position(since), transport), str(reader))
    beats = _beats(expect_every, source.stream, filters, since)
    census = Counting(by_option(filters), asked=filters.exact_device)
    watch = Watch(
        source,
        test=matcher(filters),
        hidden=census,
        before=beats,
        count=max_messages,
        duration=duration,
        idle=timeout or None,
    )
    started = time.monotonic()
    output.say(way(watch.stream.host, transport))
    end = output.stream(_chunks(watch, form, content_type, beats, census)) or watch.end.value
    request = Request(
        watch.shown, time.monotonic() - started, max_messages, device_id or "", since, int(time.time() * 1000)
    )
    output.end(conclude(watch.stream, request, end, transport, login, census.census(), beats=beats, query=query))


def _form(cmd, properties):
    """What makes output of a message, and the --query in it, if there is one."""
    from azext_iotdiag import output
    from azext_iotdiag.render import forms, rows

    search = output.query(cmd)
    query = rows.Query(search) if search else None
    return forms.form(output.stream_form(cmd), shown=properties, query=query, colour=output.colour(cmd)), query


def picked(login, device_query):
    """The devices and the modules that a query picks, None and None without one. Ends the command if it picks none.

    Asked once: the limits on queries are low, and their results late anyway.
    """
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.access import opened_by
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.model.facts import given
    from azext_iotdiag.probes.context import Context, Typed
    from azext_iotdiag.probes.gather import gather
    from azext_iotdiag.render import commands, summary, text

    if device_query is None:
        return None, None
    opened = _for_registry(login, "which devices the query picks")
    said = lambda *pause: output.say(summary.pause(login.hub, *pause))  # noqa: E731
    context = Context(Typed(query=device_query), hub=opened, said=said)
    facts = given(time.time(), access=opened_by(opened))
    facts |= gather(("picked",), context, known=facts, seconds=300.0)
    found = diagnose((Link.READER,), facts, time.monotonic)
    for line in text.problems(found, commands.known(login)):
        output.say(line)
    output.end(found.verdict.exit_code)
    picked = facts["picked"].value
    output.say(summary.picked(picked))
    return picked.devices, picked.modules


def _for_registry(login, question):
    """What opens the hub's registry, which is about to be asked this; it is said how."""
    from azext_iotdiag import output

    opened = login.for_registry()
    if opened.authorization is None and opened.origin != login.origin:  # another key than that of the messages
        output.say(opened.origin)
    how = "" if opened.authorization is None else " with az's login"
    output.say(f"Asking {login.hub}{how} {question} ...")
    return opened


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
        devices=_known(filters),
        since=since,
    )


def _known(filters):
    """The ids of the devices that are asked for, where they are known before any has sent."""
    if filters.device is None:
        return filters.devices or ()
    return (filters.exact_device,) if filters.exact_device else ()


def conclude(stream, request, end, transport, login, census, *, beats=None, query=None):
    """Say what the stream came to and what was wrong with it. Returns the exit code."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.render import commands, summary, text
    from azext_iotdiag.streams.pipeline import End

    facts = _facts(stream, request, end, transport, login, census, beats)
    found = diagnose((Link.ADMISSION, Link.CONNECTION, Link.STREAM, Link.READER), facts, time.monotonic)
    left = summary.queried(query.empty, request.shown, query.problem) if query else ()
    known = commands.known(login, request.exact_device)
    for line in (*summary.stream(stream, request, end), *left, *text.problems(found, known)):
        output.say(line)
    if end == End.INTERRUPTED.value and not stream.opened:
        output.say("Interrupted: nothing was read yet.")
        return output.worst(found.verdict.exit_code, output.INTERRUPTED)
    return found.verdict.exit_code


def _facts(stream, request, end, transport, login, census, beats):
    """What the stream left at its end, and what its hub says of a device that stayed silent."""
    import time

    from azext_iotdiag.model.access import opened_by
    from azext_iotdiag.model.facts import given
    from azext_iotdiag.probes.context import Context, Typed
    from azext_iotdiag.probes.gather import gather
    from azext_iotdiag.streams.pipeline import End

    ended_early = end in (End.INTERRUPTED.value, End.PIPE_CLOSED.value)
    facts = given(
        time.time(),
        stream=stream.at_end(),
        census=census,
        beats=beats.beats if beats else None,
        request=None if ended_early else request,  # who ends it early has not asked for more
    )
    silent = not ended_early and not request.shown and request.exact_device and login.hub and stream.opened
    opened = _for_registry(login, f"what it knows of {request.exact_device}") if silent else None
    facts |= given(time.time(), access=opened_by(opened))
    asked = Typed(device=request.exact_device, transport=transport)
    return facts | dict(gather(("server_certificate", "identity"), Context(asked, hub=opened), known=facts))


def way(host, transport):
    """The line that says where the connection goes, and why it is not the usual one."""
    from azext_iotdiag.clients.telemetry.contract import AMQP, proxy_for

    through = proxy_for(host, transport)
    if through is not None:
        return (
            f"Connecting to {host} by {transport} through the proxy {through}, which {through.variable} names; "
            "--transport amqp goes past it ..."
        )
    return f"Connecting to {host} ..." if transport == AMQP else f"Connecting to {host} by {transport} ..."


def _chunks(watch, form, content_type, beats, census):
    """What goes to stdout for each message, and None where nothing is left to show."""
    from azext_iotdiag.streams.content_type import decoder
    from azext_iotdiag.streams.decode import decode

    read = decoder(content_type) if content_type else decode
    for event in told(watch, census):
        if event is not None:
            yield form(event, read(event.body))
            continue
        yield None
        if beats:
            _tell(beats)
    if beats:
        _tell(beats)


def told(watch, census):
    """What a watch gives; news of its stream go to stderr meanwhile, each after what came before was shown."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.render import summary
    from azext_iotdiag.streams.quiet import Quiet

    started = time.monotonic()
    quiet = Quiet(started)
    stream = watch.stream
    announced, broken, lost = False, 0, stream.lost()
    for event in watch:
        if not announced and stream.opened and stream.settled:
            announced = True
            output.say(summary.opened(stream))
        yield event
        if event is not None:
            continue
        for failure in stream.interruptions[broken:]:
            output.say(summary.interrupted(failure))
        broken = len(stream.interruptions)
        for partition in sorted(stream.lost() - lost):
            output.say(summary.lost(stream.partitions[partition]))
        lost = stream.lost()
        if stream.opened and quiet.due(time.monotonic(), watch.shown):
            now = int(time.time() * 1000)
            output.say(summary.so_far(stream, census.census(), time.monotonic() - started, now))


def _tell(beats):
    """Say which devices have missed a beat or are back since the last time."""
    from azext_iotdiag import output
    from azext_iotdiag.render import summary

    for line in summary.lapses(beats.take_news(), beats.interval):
        output.say(line)
    if beats.has_become_full():
        output.say(summary.full(beats.most))
