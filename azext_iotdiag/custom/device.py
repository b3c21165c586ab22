"""`device show`, `device list` and `device summary`: where devices stand."""

from __future__ import annotations

_SPARED = 0.9  # of what a hub allows: the rest is for others, who share the limit
_PROGRESS_SECONDS = 5.0
_PAGE = 1000
_CENTRAL_PAGE = 100


def show(
    cmd, login=None, hub_name=None, resource_group_name=None, dps_login=None, device_id=None, registration_id=None,
    enrollment_id=None, app_id=None, token=None, central_dns_suffix=None, auth_type=None, dps_name=None,
):  # fmt: skip
    """Everything that the services which are open to the caller say of one device."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.probes.gather import gather
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import device as render

    _say_origin(login)
    _say_origin(dps_login)
    context, facts = _asked(login, dps_login, device_id, registration_id or "", enrollment_id or "")
    facts |= gather(_SHOWN, context, known=facts, seconds=_WHOLE_SECONDS)
    links = (Link.PROVISIONING, Link.ADMISSION, Link.CONNECTION, Link.PAYLOAD)
    found = diagnose(links, facts, time.monotonic)
    output.leave(cmd, found.verdict.exit_code)
    device = context.device(facts)
    shown = (device, found, facts, commands.known(login, device, dps_login))
    return output.hand_back(cmd, render.data(*shown), render.lines(*shown))


def _asked(login, dps_login, device_id, registration_id, enrollment_id):
    """What probes measure with, and the facts that the user gave."""
    import time

    from azext_iotdiag.model.access import opened_by
    from azext_iotdiag.model.dps import ProvisioningAsked
    from azext_iotdiag.model.facts import given
    from azext_iotdiag.probes.context import Context, Typed

    named = registration_id or ("" if enrollment_id else device_id) or ""
    typed_ids = Typed(
        device=device_id or "",
        registration_id=named if dps_login else "",
        enrollment_id=enrollment_id if dps_login else "",
    )
    app = bool(login is not None and login.app)
    context = Context(typed_ids, hub=None if app else login, dps=dps_login, central=login if app else None)
    asked = None
    if dps_login is not None:
        expected = bool(registration_id or enrollment_id or login is None)
        asked = ProvisioningAsked(dps_login.dps, named or enrollment_id, expected)
    facts = given(time.time(), provisioning=asked, access=opened_by(context.hub))
    return context, facts


def _say_origin(login):
    from azext_iotdiag import output

    if login is not None and login.origin:
        output.say(login.origin)


_WHOLE_SECONDS = 14.0  # every command answers within 15 s where a service stays silent
_SHOWN = ("registration", "enrollment", "identity", "central_device", "central_proof")


def summary(
    cmd, login, filters, hub_name=None, resource_group_name=None, device_query=None, query_rate=20, app_id=None,
    token=None, central_dns_suffix=None, auth_type=None, dps_login=None, dps_name=None, enrollment_id=None,
):  # fmt: skip
    """Count a hub's devices by the hub's own queries, and show those that are not as usual."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.failures import Service
    from azext_iotdiag.custom import enrolled
    from azext_iotdiag.probes import fleet as probe
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import fleet as render

    _say_origin(login)
    if login.dps:
        return enrolled.summary(cmd, login, enrollment_id or "")
    if login.app:
        return _summary_of_central(cmd, login)
    counted = probe.measure(login, filters, time.time, _pace(query_rate))
    if counted.total is None and counted.failures:
        enrolled.tell(Service.HUB, next(iter(counted.failures.values())), login)
        output.leave(cmd, output.UNDETERMINED)
    elif counted.failures:
        output.leave(cmd, output.UNDETERMINED)
    entries = _entries()
    known = commands.known(login)
    return output.hand_back(
        cmd, render.data(counted, entries), render.lines(counted, entries, filters.condition, known)
    )


def list_(
    cmd, login, filters, hub_name=None, resource_group_name=None, device_query=None, query_rate=20, status=None,
    template=None, quiet_since=None, app_id=None, token=None, central_dns_suffix=None,
    auth_type=None, dps_login=None, dps_name=None, enrollment_id=None,
):  # fmt: skip
    """Stream the devices of a hub, an application or a provisioning service, at the pace that it allows."""
    from azext_iotdiag import output
    from azext_iotdiag.checks.failures import Service
    from azext_iotdiag.custom import enrolled

    _say_origin(login)
    if login.app:
        output.say("Reading devices, a hundred with each request, at ten requests a second.")
        output.end(_stream(cmd, login, _central_pages(login, filters), _Reading(None, None), Service.CENTRAL))
    elif login.dps:
        read = _Reading(None, None)
        pages, read.pace = enrolled.pages(login, enrollment_id or "", filters.status)
        output.end(_stream(cmd, login, pages, read, Service.DPS))
    else:
        output.end(_list_of_hub(cmd, login, filters, _pace(query_rate)))


def _list_of_hub(cmd, login, filters, pace):
    """Stream a hub's devices; how long it takes is said first. Returns the exit code."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.failures import Service
    from azext_iotdiag.custom import enrolled
    from azext_iotdiag.insights.shared import Traits
    from azext_iotdiag.model.failure import StepFailed
    from azext_iotdiag.model.fleet import Filters
    from azext_iotdiag.probes import fleet as probe
    from azext_iotdiag.render import fleet as render

    try:
        total = probe.total(login, time.time)
    except StepFailed as failed:
        enrolled.tell(Service.HUB, failed.failure, login)
        return output.UNDETERMINED
    read = _Reading(total, Traits() if filters.quiet_since is not None else None)
    calls = max(-(-(read.total or 1) // _PAGE), 1)
    told = read.total, calls, pace.seconds_for(calls), pace.per_minute
    output.say(render.estimate(*told, filtered=filters != Filters()))
    pages = probe.pages(
        login, filters, time.time, pace, lambda failure: output.say(f"{failure.host}: {failure.description}")
    )
    read.pace = pace
    return _stream(cmd, login, pages, read, Service.HUB)


def _stream(cmd, login, pages, read, service):
    """Write the devices as they come, say what they came to, and give the exit code."""
    from azext_iotdiag import output
    from azext_iotdiag.custom import enrolled
    from azext_iotdiag.model.failure import StepFailed
    from azext_iotdiag.render import fleet as render
    from azext_iotdiag.render import rows, summary

    form, query = output.rows_form(cmd, rows.view_of_data(row=render.line, widths=render.WIDTHS))
    failed = None
    try:
        ended = output.stream(_chunks(pages, form, read))
    except StepFailed as caught:
        ended, failed = "failed", caught.failure
    left = summary.queried(query.empty, query.asked, query.problem, "device") if query else ()
    for line in (*read.ending(ended), *left):
        output.say(line)
    if failed is None:
        return output.INTERRUPTED if ended == "interrupted" else output.HEALTHY
    enrolled.tell(service, failed, login)
    return output.UNDETERMINED


def _summary_of_central(cmd, login):
    from azext_iotdiag import output
    from azext_iotdiag.checks import statuses
    from azext_iotdiag.checks.failures import Service
    from azext_iotdiag.custom import enrolled
    from azext_iotdiag.knowledge.central import UNASSOCIATED
    from azext_iotdiag.probes import central_fleet as probe
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import fleet_of_central as render

    counted = probe.count(login, _say_pause)
    if counted.failure is not None:
        enrolled.tell(Service.CENTRAL, counted.failure, login)
        output.leave(cmd, output.UNDETERMINED)
    states = ((True, True), (False, True), (True, False), (False, False))
    entries = {state: statuses.of_central(*state) for state in states}
    return output.hand_back(
        cmd,
        render.data(counted, entries, UNASSOCIATED),
        render.lines(counted, entries, UNASSOCIATED, commands.known(login)),
    )


def _say_pause(why, seconds):
    from azext_iotdiag import output

    output.say(f"{why}; asking again in {seconds:.0f} s.")


def _central_pages(login, filters):
    """The devices of an application that the filters let through, by the hundred."""
    from azext_iotdiag.checks import statuses
    from azext_iotdiag.probes import central_fleet as probe

    page = []
    for each in probe.devices(login, _say_pause):
        status = statuses.of_central(each.provisioned, each.enabled).code.removeprefix("central-")
        wanted = not filters.model or filters.model == (each.template or "none")
        if wanted and filters.status in ("", status):
            page.append(each)
        if len(page) == _CENTRAL_PAGE:
            yield page
            page = []
    yield page


class _Reading:
    """How far a list is, and what the quiet devices among it share."""

    def __init__(self, total, traits):
        self.total, self.traits, self.pace = total, traits, None
        self.shown = self.unsure = 0

    def take(self, row):
        """Count a row that is shown."""
        self.shown += 1
        if not getattr(row, "sure", True):
            self.unsure += 1
        elif self.traits is not None:
            self.traits.add(row)

    def ending(self, ended):
        """What is said in the end."""
        from azext_iotdiag.model.counts import counted
        from azext_iotdiag.render import fleet as render

        words = {"interrupted": "Interrupted: ", "failed": "Not complete: "}.get(ended, "")
        count = self.pace.calls if self.pace else 0
        calls = f", by {counted(count, 'query', 'queries')}" if self.pace else ""
        yield f"{words}{counted(self.shown, 'device')}{calls}."
        if self.traits is not None:
            yield from render.shared(self.traits.shared(), self.traits.devices, self.unsure)


def _chunks(pages, form, read):
    """What goes to stdout for each device; how far it is goes to stderr."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.render import fleet as render

    told, seen = time.monotonic(), 0
    for page in pages:
        seen += _PAGE if read.total is not None else len(page)
        for row in page:
            read.take(row)
            yield form(_told(row))
        yield None
        if time.monotonic() - told >= _PROGRESS_SECONDS:
            told = time.monotonic()
            output.say(render.progress(seen, read.total, read.shown))


def _told(row):
    """A row as data, of a device of a hub, of an application, or of a provisioning service."""
    from azext_iotdiag.checks import statuses
    from azext_iotdiag.model.dps import Enrolled
    from azext_iotdiag.model.fleet import Row
    from azext_iotdiag.render import fleet, fleet_of_central, fleet_of_dps

    if isinstance(row, Row):
        return fleet.row(row, statuses.of_identity(row.identity))
    if isinstance(row, Enrolled):
        return fleet_of_dps.row(row, statuses.of_enrolled(row))
    return fleet_of_central.row(row, statuses.of_central(row.provisioned, row.enabled))


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
