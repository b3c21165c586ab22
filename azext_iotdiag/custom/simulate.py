"""`simulate`: be a device."""

from __future__ import annotations


def simulate(cmd, target, options):
    """Play a device over MQTT. What the validator has made of the arguments, it says."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.render import commands, simulation, text
    from azext_iotdiag.sessions.simulate import Simulation
    from azext_iotdiag.simulate import temporary

    output.say_all(target.origins)
    hear = output.hears(simulation.event_lines)
    notes = temporary.folder_of(cmd.cli_ctx.config.config_dir)
    session = Simulation(target, options, hear, notes)
    ended = output.show(session, simulation.event_lines)
    found = diagnose((Link.ADMISSION, Link.CONNECTION), ended.facts, time.monotonic)
    known = commands.known(target, ended.device)
    output.report(text.problems(found, known))
    output.leave(cmd, output.worst(found.verdict.exit_code, ended.exit_code))
    return output.hand_back(cmd, simulation.data(ended, found, known), [])
