"""`az iot diag device`: where devices stand, and changes of devices in their registry."""

from __future__ import annotations

_WHOLE_SECONDS = 14.0  # every command answers within 15 s where a service stays silent
_SHOWN = ("registration", "enrollment", "identity", "central_device", "central_proof")


def show(cmd, target, options):
    """Everything that the services which are open to the caller say of one device."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.probes.gather import gather
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import device as render

    output.say_all(target.origins)
    context, facts = _asked(target, options)
    facts |= gather(_SHOWN, context, known=facts, seconds=_WHOLE_SECONDS)
    links = (Link.PROVISIONING, Link.ADMISSION, Link.CONNECTION, Link.PAYLOAD)
    found = diagnose(links, facts, time.monotonic)
    output.leave(cmd, found.verdict.exit_code)
    device = context.device(facts)
    shown = (device, found, facts, commands.known(target.hub or target.central, device, target.dps))
    return output.hand_back(cmd, render.data(*shown), render.lines(*shown))


def _asked(services, ids):
    """What probes measure with, and the facts that the user gave."""
    import time

    from azext_iotdiag.model.access import central_opened_by, opened_by
    from azext_iotdiag.model.facts import given
    from azext_iotdiag.probes.context import Context, Typed

    typed = Typed(device=ids.device, registration_id=ids.registration, enrollment_id=ids.enrollment)
    context = Context(typed, hub=services.hub, dps=services.dps, central=services.central)
    facts = given(
        time.time(),
        provisioning=ids.provisioning,
        access=opened_by(services.hub),
        dps_access=opened_by(services.dps),
        central_access=central_opened_by(services.central),
    )
    return context, facts


def summary(cmd, target, options):
    """Count the devices of a service, and show those that are not as usual."""
    from azext_iotdiag import output
    from azext_iotdiag.render import commands, listing
    from azext_iotdiag.sessions import devices

    output.say_all(target.origins)
    counted = devices.count(target, options, output.hears(listing.event_lines))
    known = commands.known(target, dps=target)
    output.report(listing.failure(counted, known))
    output.leave(cmd, counted.exit_code)
    return output.hand_back(cmd, listing.data(counted), listing.lines(counted, options.filters.condition, known))


def list_(cmd, target, options):
    """Stream the devices of a hub, an application or a provisioning service, at the pace that it allows."""
    from azext_iotdiag import output
    from azext_iotdiag.render import commands, fleet, listing, rows
    from azext_iotdiag.sessions import devices

    output.say_all(target.origins)
    form, query = output.rows_form(cmd, rows.view_of_data(row=fleet.line, widths=fleet.WIDTHS))
    shown = lambda device: form(listing.row(device))  # noqa: E731
    hear = output.hears(listing.event_lines)
    found = devices.Listing(target, options, shown, hear)
    ended = output.show(found, listing.event_lines)
    output.say_all(listing.ended(ended, query))
    output.report(listing.failed(ended, commands.known(target, dps=target)))
    output.end(ended.exit_code)


def create(cmd, target, options):
    """Make a device in a hub. Its keys are not shown."""
    return _changed(cmd, target, options)


def delete(cmd, target, options):
    """Delete a device from a hub, after what it is has been shown."""
    return _changed(cmd, target, options)


def approve(cmd, target, options):
    """Let a device that waits for approval into its IoT Central application."""
    return _changed(cmd, target, options)


def unblock(cmd, target, options):
    """Let a blocked device into its IoT Central application again."""
    return _changed(cmd, target, options)


def assign_template(cmd, target, options):
    """Give a device of an IoT Central application another template."""
    return _changed(cmd, target, options)


def _changed(cmd, target, options):
    """Read the device, ask where that is wanted, make the change, and say what became of it."""
    from azext_iotdiag import output
    from azext_iotdiag._validators import agreement
    from azext_iotdiag.clients.deadlines import usual
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import device_change as render
    from azext_iotdiag.sessions import device_changes

    now = usual().clock.now
    output.say_all(target.origins)
    change = device_changes.planned(target, options.wanted, now)
    output.say_all(render.planned(change))
    if options.asks and change.open:
        agreement.confirm(render.question(change), "This changes the device")
    ended = device_changes.carried_out(target, change, now)
    output.leave(cmd, ended.exit_code)
    known = commands.known(target, change.device)
    return output.hand_back(cmd, render.data(ended, known), render.lines(ended, known))
