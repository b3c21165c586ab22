"""`device show`, `device list` and `device summary`: where devices stand."""

from __future__ import annotations


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
    """Count the devices of a service, and show those that are not as usual."""
    from azext_iotdiag import output
    from azext_iotdiag.render import commands, listing
    from azext_iotdiag.sessions import devices

    _say_origin(login)
    asked = devices.Asked(login, filters, enrollment_id or "", query_rate)
    counted = devices.count(asked, output.hears(listing.told))
    known = commands.known(login, dps=login)
    output.say_all(listing.failure(counted, known))
    output.leave(cmd, counted.exit_code)
    return output.hand_back(cmd, listing.data(counted), listing.lines(counted, filters.condition, known))


def list_(
    cmd, login, filters, hub_name=None, resource_group_name=None, device_query=None, query_rate=20, status=None,
    template=None, quiet_since=None, app_id=None, token=None, central_dns_suffix=None,
    auth_type=None, dps_login=None, dps_name=None, enrollment_id=None,
):  # fmt: skip
    """Stream the devices of a hub, an application or a provisioning service, at the pace that it allows."""
    from azext_iotdiag import output
    from azext_iotdiag.render import commands, fleet, listing, rows
    from azext_iotdiag.sessions import devices

    _say_origin(login)
    form, query = output.rows_form(cmd, rows.view_of_data(row=fleet.line, widths=fleet.WIDTHS))
    hear = output.hears(listing.told)
    asked = devices.Asked(login, filters, enrollment_id or "", query_rate)
    ended = output.follow(devices.Listing(asked, lambda shown: form(listing.row(shown)), hear), hear)
    output.say_all(listing.ended(ended, query, commands.known(login, dps=login)))
    output.end(ended.exit_code)
