"""`az iot diag monitor properties`: a device's properties, looked at again and again."""

from __future__ import annotations


def properties(cmd, target, options):
    """Show how a device's properties change, each change once."""
    from azext_iotdiag import output
    from azext_iotdiag.custom import ending
    from azext_iotdiag.render import change
    from azext_iotdiag.sessions import properties as sessions

    form, query = output.rows_form(cmd, change.VIEW)
    looks = sessions.Looks(target, options.device, options.limits)
    ended = output.show(sessions.WatchedChanges(looks, form))
    output.end(ending.judged(ended, target, options.device, query))
