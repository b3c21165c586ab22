"""`az iot diag validate`: what devices sent, against their model."""

from __future__ import annotations


def messages(cmd, target, options):
    """Judge messages, recorded ones or those that arrive, against a device model or a JSON Schema."""
    from azext_iotdiag import output

    form = form_of(cmd)
    if options.files:
        return _close("validate messages", None, options, form, output.show(_recorded(cmd, options, form)))
    from azext_iotdiag.sessions import validate_live

    session = validate_live.of_messages(target, options, form, output.hear)
    return _close("validate messages", target, options, form, output.show(session))


def properties(cmd, target, options):
    """Judge properties, recorded ones or those of a device, against a device model."""
    from azext_iotdiag import output

    form = form_of(cmd)
    if options.files:
        return _close("validate properties", None, options, form, output.show(_recorded(cmd, options, form)))
    from azext_iotdiag.sessions import validate_live

    session = validate_live.of_properties(target, options, form)
    return _close("validate properties", target, options, form, output.show(session))


def form_of(cmd):
    """The form in which findings and their account are asked for."""
    from azext_iotdiag import output
    from azext_iotdiag.render import validation

    asked, colour = output.asked_query(cmd), output.colour(cmd)
    return validation.form(output.stream_form(cmd), query=asked, colour=colour, lay=output.on_stdout)


def _recorded(cmd, options, form):
    from azext_iotdiag.sessions import validate

    return validate.ValidateFiles(options, form)


def _close(name, target, options, form, ended):
    """Say what was judged, for people and build servers, and end with the exit code of the verdict."""
    from azext_iotdiag import output
    from azext_iotdiag.custom import ending
    from azext_iotdiag.render import validation

    output.account(validation.aside(ended, form), problem=validation.wrong(ended))
    output.say_all(validation.closing(ended, form))
    if ended.tally is not None:
        output.annotate_build(validation.annotated(ended.tally))
        output.save("--junit", options.junit, lambda: validation.document(name, ended))
    output.end(ending.recorded(ended) if options.files else ending.judged(ended, target, options.device))
