"""`az iot diag tally`: what several copies of `validate` found."""

from __future__ import annotations


def merge(cmd, files, junit=None):
    """Add up what copies of `validate` found."""
    from azext_iotdiag import output
    from azext_iotdiag.custom import ending, validate
    from azext_iotdiag.render import validation
    from azext_iotdiag.sessions.merge import Merge

    form = validate.form_of(cmd)
    session = Merge(files, form)
    ended = output.show(session)
    output.account(validation.aside(ended, form), problem=validation.wrong(ended))
    output.say_all(validation.closing(ended, form))
    output.annotate_build(validation.annotated(ended.tally))
    output.save("--junit", junit, lambda: validation.document("tally merge", ended))
    output.end(ending.merged(ended, session.diagnosis))
