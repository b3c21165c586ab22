"""What runs that were killed have left behind, undone by the next command. No command of its own."""

from __future__ import annotations


def restore(cmd, target):
    """Restore the desired properties that a killed `twin test` has left at the hub that a command opened."""
    from azext_iotdiag import output
    from azext_iotdiag.clients.deadlines import usual
    from azext_iotdiag.render import twin
    from azext_iotdiag.sessions import twin_change

    notes = twin_change.folder_of(cmd.cli_ctx.config.config_dir)
    twin_change.restore_at(target, notes, usual().clock.now, output.hears(twin.event_lines))
