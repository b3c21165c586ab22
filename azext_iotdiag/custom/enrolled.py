"""`device list` and `device summary` of a provisioning service."""

from __future__ import annotations

_SPARED = 0.9  # of what a service allows: the rest is for others, who share the limit
_EXAMPLES = 10


def summary(cmd, target, only):
    """Count a provisioning service's devices by their status, and show some of those that are not as usual."""
    from azext_iotdiag import output
    from azext_iotdiag.checks import statuses
    from azext_iotdiag.checks.failures import Service
    from azext_iotdiag.model.dps import DpsFleet
    from azext_iotdiag.model.failure import StepFailed
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import fleet_of_dps as render

    counted, entries = DpsFleet(target.dps), {}
    pace, service = _opened(target, only)
    try:
        begin(service, pace, only)
        for page in service.pages():
            for each in page:
                entry = statuses.of_enrolled(each)
                entries[entry.code] = entry
                counted.add(entry.code, each, _EXAMPLES)
    except StepFailed as failed:
        counted.failure = failed.failure
    finally:
        service.close()
    counted.calls = pace.calls
    if counted.failure is not None:
        tell(Service.DPS, counted.failure, target)
        output.leave(cmd, output.UNDETERMINED)
    healthy = frozenset(entry.code for entry in statuses.HEALTHY)
    shown = (counted, entries, healthy)
    return output.hand_back(cmd, render.data(*shown), render.lines(*shown, commands.known(target, dps=target)))


def pages(target, only, status):
    """What reads the devices with that status, all with "", page by page, and the pace that it keeps.

    What is read first says how long it takes. Raises StepFailed.
    """
    pace, service = _opened(target, only)

    def chosen():
        try:
            begin(service, pace, only)
            for page in service.pages():
                yield [each for each in page if status in ("", each.status)]
        finally:
            service.close()

    return chosen(), pace


def begin(service, pace, only):
    """Say how long it takes. Raises ResourceNotFoundError where there is no enrollment and no group `only`."""
    import difflib

    from azure.cli.core.azclierror import ResourceNotFoundError

    from azext_iotdiag import output
    from azext_iotdiag.render import fleet_of_dps as render

    extent = service.extent()
    if only and not (extent.enrollments or extent.groups):
        names = service.names()
        near = difflib.get_close_matches(only, names, n=3)
        listed = f"There are: {', '.join(names[:10])}." if names else "There are none at all."
        raise ResourceNotFoundError(
            f"There is no enrollment and no enrollment group {only!r}.",
            recommendation=f"Did you mean {' or '.join(near)}?" if near else listed,
        )
    output.say(
        render.estimate(extent, pace.seconds_for(pace.calls + extent.enrollments + extent.groups), pace.per_minute)
    )


def tell(service, failure, login):
    """Say what the service that `login` is for refused."""
    from azext_iotdiag import output
    from azext_iotdiag.checks.failures import finding_of
    from azext_iotdiag.model.check import Status
    from azext_iotdiag.render import commands, text

    known = commands.known(login, dps=login)
    finding = finding_of(service, failure)
    for line in text.finding(finding, text.MARKS[Status.ERROR], known):
        output.say(line)


def _opened(target, only):
    import time

    from azext_iotdiag import output
    from azext_iotdiag.clients.pace import Pace
    from azext_iotdiag.probes.enrolled import PER_MINUTE, Enrollments

    def waits(seconds):
        output.say(f"Waiting {seconds:.0f} s, as the service allows {PER_MINUTE:,} requests a minute to all callers.")

    def paused(why, seconds):
        output.say(f"{why}; asking again in {seconds:.0f} s.")

    pace = Pace(int(PER_MINUTE * _SPARED), said=waits)
    return pace, Enrollments(target, time.time, pace, paused, only)
