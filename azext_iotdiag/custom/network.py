"""`network test`: what the network between here, or a device, and a host lets pass."""

from __future__ import annotations

_WHOLE_SECONDS = 14.0  # every command answers within 15 s where a network swallows packets
_MEASURED = ("resolved", "invented_names", "ways", "tls_versions")


def test(cmd, target, options):
    """Test the network from here, or judge what a script measured elsewhere, or print that script."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks import way_states
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.probes import script
    from azext_iotdiag.render import network as render

    if options.script:
        output.stream(script.chunks(options.script, target))
        return None
    facts = way_states.with_certificate(_measured(target) if options.facts is None else options.facts)
    found = diagnose((Link.MACHINE, Link.NETWORK), facts, time.monotonic)
    output.leave(cmd, found.verdict.exit_code)
    judged = way_states.judged(facts["ways"].value or (), target)
    shown = (facts, judged, way_states.usable(judged), found)
    return output.hand_back(cmd, render.data(*shown), render.lines(*shown))


def _measured(asked):
    """What was asked for, and what is measured from here."""
    import time

    from azext_iotdiag.model.facts import given
    from azext_iotdiag.probes.context import Context
    from azext_iotdiag.probes.gather import gather

    facts = given(time.time(), network_asked=asked)
    facts |= gather(_MEASURED, Context(), known=facts, seconds=_WHOLE_SECONDS)
    return facts
