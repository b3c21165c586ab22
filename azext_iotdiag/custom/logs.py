"""`az iot diag logs`: what a hub's resource log says."""

from __future__ import annotations


def errors(cmd, file=None, device_id=None, timeline=False):
    """Show the errors in exported rows by device and code, and the patterns in them."""
    from azext_iotdiag import output
    from azext_iotdiag.render import log_errors as render
    from azext_iotdiag.sessions import log_errors

    read = log_errors.read_files(file, output.hears(render.told), device_id, timeline)
    output.leave(cmd, read.exit_code)
    if output.data_alone(cmd):
        output.say(render.answer(read), problem=bool(read.exit_code))
    return output.hand_back(cmd, render.data(read), render.lines(read))
