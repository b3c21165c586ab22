"""`device show`, `device list` and `device summary`: where devices stand."""

from __future__ import annotations

_SPARED = 0.9  # of what a hub allows: the rest is for others, who share the limit
_PROGRESS_SECONDS = 5.0
_PAGE = 1000


def show(
    cmd, login=None, hub_name=None, resource_group_name=None, dps_login=None, device_id=None, registration_id=None,
    enrollment_id=None,
):  # fmt: skip
    """Everything that the services which are open to the caller say of one device."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks import catalogue, runner
    from azext_iotdiag.probes import provisioning, registry
    from azext_iotdiag.render import device as render

    _say_origin(login)
    facts = {"now": time.time()}
    if dps_login is not None:
        ids = (registration_id or ("" if enrollment_id else device_id) or "", enrollment_id or "")
        facts["dps"] = provisioning.measure(dps_login, *ids, time.time)
    device = device_id or _device_of(facts.get("dps")) or registration_id or enrollment_id
    if login is not None:
        facts["identity"] = registry.measure(login, device, time.time)
    checks = [*catalogue.GROUPS["device"][:3], *catalogue.GROUPS["identity"][:2], *catalogue.GROUPS["device"][3:]]
    judged = [each for each in runner.run(checks, facts, time.monotonic) if not each.reason.startswith("not known:")]
    output.leave(cmd, output.exit_code(judged))
    shown = (device, judged, facts.get("identity"), facts.get("dps"))
    return output.hand_back(cmd, render.data(*shown), render.lines(*shown, facts["now"]))


def _device_of(dps):
    return dps.registration.device if dps is not None and dps.registration is not None else ""


def _say_origin(login):
    from azext_iotdiag import output

    if login is not None and login.origin:
        output.say(login.origin)


def summary(cmd, login, filters, hub_name=None, resource_group_name=None, device_query=None, query_rate=20):
    """Count a hub's devices by the hub's own queries, and show those that are not as usual."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.hub.devices_picked import finding_of
    from azext_iotdiag.probes import fleet as probe
    from azext_iotdiag.render import fleet as render
    from azext_iotdiag.render import text

    _say_origin(login)
    counted = probe.measure(login, filters, time.time, _pace(query_rate))
    if counted.total is None and counted.failures:
        failure = next(iter(counted.failures.values()))
        for line in text.finding(finding_of(failure), text.MARKS[_error()], always=True):
            output.say(line)
        output.leave(cmd, output.UNDETERMINED)
    elif counted.failures:
        output.leave(cmd, output.UNDETERMINED)
    entries = _entries()
    return output.hand_back(cmd, render.data(counted, entries), render.lines(counted, entries, filters.condition))


def list_(
    cmd, login, filters, hub_name=None, resource_group_name=None, device_query=None, query_rate=20, status=None,
    template=None, quiet_since=None,
):  # fmt: skip
    """Stream a hub's devices, page by page, at a pace that the hub allows."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.insights.shared import Traits
    from azext_iotdiag.probes import fleet as probe
    from azext_iotdiag.render import fleet as render

    _say_origin(login)
    pace = _pace(query_rate)
    read = _Reading(probe.total(login, time.time), Traits() if filters.quiet_since is not None else None)
    calls = max(-(-(read.total or 1) // _PAGE), 1)
    output.say(render.estimate(read.total, calls, pace.seconds_for(calls), pace.per_minute))
    pages = probe.pages(
        login, filters, time.time, pace, lambda failure: output.say(f"{failure.host}: {failure.description}")
    )
    output.end(_stream(cmd, pages, read))


def _stream(cmd, pages, read):
    """Write the devices as they come, say what they came to, and give the exit code."""
    from azext_iotdiag import output
    from azext_iotdiag.checks.hub.devices_picked import finding_of
    from azext_iotdiag.clients.failed import StepFailed
    from azext_iotdiag.render import fleet as render
    from azext_iotdiag.render import forms, text

    search = output.query(cmd)
    query = forms.Query(search) if search else None
    form = forms.rows(output.stream_form(cmd), line=render.line, query=query, colour=output.colour(cmd))
    failed = None
    try:
        ended = output.stream(_chunks(pages, form, read))
    except StepFailed as caught:
        ended, failed = "failed", caught.failure
    for line in read.ending(ended):
        output.say(line)
    if failed is None:
        return 0
    for line in text.finding(finding_of(failed), text.MARKS[_error()], always=True):
        output.say(line)
    return output.UNDETERMINED


class _Reading:
    """How far a list is, and what the quiet devices among it share."""

    def __init__(self, total, traits):
        self.total, self.traits = total, traits
        self.shown = self.unsure = 0

    def take(self, row):
        """Count a row that is shown."""
        self.shown += 1
        if not row.sure:
            self.unsure += 1
        elif self.traits is not None:
            self.traits.add(row)

    def ending(self, ended):
        """What is said in the end."""
        from azext_iotdiag.render import fleet as render

        words = {"interrupted": "Interrupted: ", "failed": "Not complete: "}.get(ended, "")
        yield f"{words}{self.shown:,} devices."
        if self.traits is not None:
            yield from render.shared(self.traits.shared(), self.traits.devices, self.unsure)


def _chunks(pages, form, read):
    """What goes to stdout for each device; how far it is goes to stderr."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks import standing
    from azext_iotdiag.render import fleet as render

    told = time.monotonic()
    for number, page in enumerate(pages, start=1):
        for row in page:
            read.take(row)
            yield form(render.row(row, standing.of_identity(row.identity)))
        yield None
        if time.monotonic() - told >= _PROGRESS_SECONDS:
            told = time.monotonic()
            output.say(render.progress(number * _PAGE, read.total, read.shown))


def _pace(query_rate):
    from azext_iotdiag import output
    from azext_iotdiag.clients.pace import Pace

    def said(seconds):
        output.say(f"Waiting {seconds:.0f} s, as the hub allows {query_rate} queries a minute to all callers.")

    return Pace(int(query_rate * _SPARED), said=said)


def _entries():
    from azext_iotdiag.knowledge import registry
    from azext_iotdiag.knowledge.hub import status

    return {
        "connected": status.CONNECTED,
        "disconnected": registry.DEVICE_DISCONNECTED,
        "never-connected": registry.DEVICE_NEVER_SEEN,
        "disabled": registry.DEVICE_DISABLED,
    }


def _error():
    from azext_iotdiag.model.check import Status

    return Status.ERROR
