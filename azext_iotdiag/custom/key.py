"""`az iot diag key`: does this key open the hub, a new one in its place, and the present one in a file."""

from __future__ import annotations


def test(cmd, target, options):
    """Compare what was given with the registry where `target` opens it, and else, or when asked, try it."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.access import opened_by
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.model.facts import given
    from azext_iotdiag.probes.context import Context
    from azext_iotdiag.probes.gather import gather
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import key as render

    _say_origin(target)
    context, known = Context(options.typed, hub=target), {"asked": options.asked, "given": options.given}
    facts = given(time.time(), device_certificate=options.certificate, access=opened_by(target), **known)
    facts |= gather(("key_comparison",), context, known=facts)
    if options.tries(compared="key_comparison" in facts) and _agreed(context, facts, options.yes):
        facts |= gather(("admission",), context, known=facts)
        _say_of_modules(options.typed)
    found = diagnose((Link.DEVICE, Link.ADMISSION), facts, time.monotonic)
    output.leave(cmd, found.verdict.exit_code)
    shown = commands.known(target, options.typed.device)
    return output.hand_back(cmd, render.data(facts, found, shown), render.lines(facts, found, shown))


def show(cmd, target, options):
    """Write a device's connection string, or its key, into a file. Neither is printed."""
    from azext_iotdiag import output
    from azext_iotdiag.login import key_file
    from azext_iotdiag.render import key as render

    _say_origin(target)
    key_file.write(target, options)
    what = (target.hub, options.device, options.module, options.key_type)
    shown = (*what, options.file, options.key_alone)
    return output.hand_back(cmd, render.written(*shown), render.written_lines(*shown))


def renew(cmd, target, options):
    """Renew one key of a device, or swap both; the other stays as it is. Keys are shown only where asked for."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.knowledge.admission import KEY_IS_DERIVED
    from azext_iotdiag.login import key_renewal
    from azext_iotdiag.render import key as render

    asked = options.asked
    _say_origin(target)
    _say_origin(asked.dps)
    done = key_renewal.renew(target, asked, time.time)
    if asked.origin_is_open:
        output.say(render.origin_unseen(KEY_IS_DERIVED.causes[1].mitigation[0]))
    what = (asked.device, asked.module, asked.key_type)
    pair = (done.primary.reveal(), done.secondary.reveal()) if options.show else None
    if asked.key_type != "swap":
        output.say(render.lock_out(done.before.connected))
    hub = done.before.hub
    return output.hand_out(cmd, render.renewed(hub, *what, pair), render.renewed_lines(hub, *what, pair))


def _say_origin(target):
    from azext_iotdiag import output

    if target is not None and target.origin:
        output.say(target.origin)


def _agreed(context, facts, yes):
    """Whether the key may be tried. Only MQTT disturbs a device, so only that is asked."""
    from azext_iotdiag._validators import agreement
    from azext_iotdiag.probes.catalogue import PROBES

    typed = context.typed
    if yes or typed.protocol != "mqtt" or not PROBES["admission"].allowed(context, facts):
        return True
    return agreement.asked(
        f"Connect to {typed.device_host} as {typed.device}? If it is connected now, the hub ends that connection.",
        "--protocol mqtt ends the device's own connection",
    )


def _say_of_modules(typed):
    from azext_iotdiag import output

    credential = typed.signing_key or typed.signature
    if typed.module and typed.device_host and credential and typed.protocol != "mqtt":
        output.say("Over HTTPS, a module's key cannot be tried without a change. --login compares the key.")
