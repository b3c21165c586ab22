"""`az iot diag monitor events`: live telemetry."""

from __future__ import annotations


def events(cmd, target, options):
    """Show messages as they arrive."""
    from azext_iotdiag import output
    from azext_iotdiag.custom import ending
    from azext_iotdiag.render import forms
    from azext_iotdiag.sessions import messages, monitor

    query = output.asked_query(cmd)
    form = forms.form(output.stream_form(cmd), shown=options.properties, query=query, colour=output.colour(cmd))
    source = messages.Messages(target, options.asked, hear=output.hear)
    ended = output.show(monitor.Monitor(source, form, options.content_type))
    output.end(ending.judged(ended, target, options.asked.filters.exact_device, query))
