"""`twin test`: whether changes of a device's twin reach the device and come back."""

from __future__ import annotations


def test(cmd, target, options):
    """Set a desired property, wait for the device's answer, and restore the property."""
    from azext_iotdiag import output
    from azext_iotdiag._validators import agreement
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import twin as render
    from azext_iotdiag.sessions import twin_change
    from azext_iotdiag.sessions.twin_test import TwinTesting

    def agree(planned):
        if options.asks:
            agreement.confirm(render.question(planned), "twin test changes a desired property of the device")

    output.say_all(target.origins)
    notes = twin_change.folder_of(cmd.cli_ctx.config.config_dir)
    session = TwinTesting(target, options.asked, agree, notes)
    ended = output.show(session, render.event_lines)
    output.leave(cmd, ended.exit_code)
    known = commands.known(target, options.asked.device)
    return output.hand_back(cmd, render.data(ended, known), render.lines(ended, known))
