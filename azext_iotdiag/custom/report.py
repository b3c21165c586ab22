"""`report`: one diagnosis as files for a support ticket."""

from __future__ import annotations


def create(cmd, target, options):
    """Diagnose as `check` does, and write a page to read and its data to attach and to judge again."""
    from azext_iotdiag import output
    from azext_iotdiag.custom import check
    from azext_iotdiag.insights import ticket
    from azext_iotdiag.render import check as diagnosis
    from azext_iotdiag.render import commands, report, report_html

    asked, files = options.check, report.ReportFiles(options.page, options.data)
    ended = check.diagnosed(cmd, target, asked)
    known = commands.known(asked.opened, asked.device, asked.dps)
    fields = ticket.fields(ended, options.ticket, asked.device)
    made = report.document(asked.device, ended, known, fields, files, options.made, options.ticket)
    kept = {"private": True, "new": not options.overwrite}
    output.save("--to-file", files.data, lambda: report.written_document(made), **kept)
    output.save("--to-file", files.page, lambda: report_html.page(made), **kept)
    output.annotate_build(diagnosis.annotated(asked.device, ended))
    output.leave(cmd, ended.exit_code(asked.fail_on))
    return output.hand_back(cmd, report.data(made, files), report.lines(made, files))
