"""`monitor properties`: a device's properties, looked at again and again; and what judging them shares with it."""

from __future__ import annotations

EVERY = {"hub": 2.0, "app": 4.0}  # seconds from one look to the next: far below what a service allows its callers


def properties(
    cmd,
    device_id,
    login=None,
    hub_name=None,
    resource_group_name=None,
    auth_type=None,
    app_id=None,
    token=None,
    central_dns_suffix=None,
    max_changes=None,
    duration=None,
    timeout=300,
):  # pylint: disable=unused-argument  # some are the validator's alone
    """Show how a device's properties change, each change once."""
    from azext_iotdiag import output
    from azext_iotdiag.render import change, summary

    form, query = output.rows_form(cmd, change.VIEW)
    limits = {"count": max_changes, "duration": duration, "idle": timeout or None}

    def heard(look, found):
        if not found:
            output.say(change.watched(device_id, look.sides))

    watch, limit = watching(login, device_id, heard, limits)

    def chunks():
        broken = 0
        for seen in limit(watch):
            yield None if seen is None else form(seen)
            for failure in watch.interruptions[broken:]:
                output.say(change.interrupted(failure))
            broken = len(watch.interruptions)

    code = finish(login, device_id, watch, limit, output.stream(chunks()), limits, asked=True)
    for line in summary.queried(query.empty, query.asked, query.problem, "change") if query else ():
        output.say(line)
    output.end(code)


def watching(target, device, heard, limits):
    """A watch on the properties of a device, and the limits of it."""
    from azext_iotdiag import output
    from azext_iotdiag.streams import properties as streams
    from azext_iotdiag.streams.pipeline import Limit

    if target.origin:
        output.say(target.origin)
    look, every = _look(target, device)
    return streams.Watch(device, look, every=every, heard=heard), Limit(**limits)


def _look(target, device):
    import time

    from azext_iotdiag.clients.central import Central
    from azext_iotdiag.clients.hub import Hub
    from azext_iotdiag.streams import properties as streams

    if target.app:
        central = Central(target)
        return lambda: streams.of_central(central.properties(device)), EVERY["app"]
    hub = Hub(target, time.time)
    return lambda: streams.of_twin(hub.twin(device)), EVERY["hub"]


def finish(target, device, watch, limit, end, limits, *, asked, goes_on=True):
    """Say what it came to and what was wrong. Returns the exit code.

    `asked` tells whether changes were asked for, `goes_on` whether they were waited for.
    """
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.change import Watched
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.model.counts import counted
    from azext_iotdiag.model.facts import given
    from azext_iotdiag.render import commands, summary, text

    seconds = limit.seconds
    if goes_on:
        why = summary.ENDINGS[end or limit.end.value].replace("message", "change")
        output.say(f"{counted(limit.passed, 'change')} in {seconds:.1f} s. Ended: {why}.")
    changed = limit.passed if asked and not end else limits["count"] or 1  # who ends it early asks for no more
    watched = Watched(
        target.app or target.hub,
        device,
        watch.looked,
        changed,
        seconds,
        limits["count"],
        bool(target.app),
        watch.failure,
    )
    found = diagnose((Link.COMMANDS,), given(time.time(), watched=watched), time.monotonic)
    for line in text.problems(found, commands.known(target, device)):
        output.say(line)
    code = found.verdict.exit_code
    if end == "interrupted" and not watch.looked:
        output.say("Interrupted: nothing was read yet.")
        return output.worst(code, output.INTERRUPTED)
    return code
