"""Commands that change settings in Azure: the plan comes first, then the question, then the change."""

from __future__ import annotations


def carried_out(cmd, options, planned, carry_out, render, changes):
    """Show the plan, ask, and do it; with --dry-run only show it.

    `carry_out` makes of `planned` what became of it. `render` has the words, and `changes` says what the command does.
    """
    from azext_iotdiag import output
    from azext_iotdiag._validators import agreement

    shown = tuple(render.planned(planned))
    if not options.dry_run:
        output.say_all(shown)
        if shown and options.asks:
            agreement.confirm(render.question(), changes)
        planned = carry_out(planned)
    output.leave(cmd, planned.exit_code)
    if output.data_alone(cmd):
        output.say(render.answer(planned), problem=bool(planned.exit_code))
    return output.hand_back(cmd, render.data(planned, dry_run=options.dry_run), render.lines(planned))
