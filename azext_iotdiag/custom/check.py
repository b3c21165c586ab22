"""`check`: where a device's data stops, and why."""

from __future__ import annotations


def check(cmd, target, options):
    """Measure what the access allows, judge it link after link, and end in one verdict."""
    from azext_iotdiag import output
    from azext_iotdiag.checks.catalogue import CHECKS
    from azext_iotdiag.render import check as render
    from azext_iotdiag.render import checks_listed, commands

    if options.lists:
        return output.hand_back(cmd, checks_listed.data(CHECKS), checks_listed.lines(CHECKS))
    ended = diagnosed(cmd, target, options)
    output.save("--save-facts", options.save_facts, lambda: render.saved(ended), private=True)
    output.save("--junit", options.junit, lambda: render.junit_of(ended))
    output.annotate_build(render.annotated(options.device, ended))
    output.leave(cmd, ended.exit_code(options.fail_on))
    shown = (options.device, ended, commands.known(options.opened, options.device, options.dps))
    return output.hand_back(cmd, render.data(*shown), render.lines(*shown, detail=options.detail))


def diagnosed(cmd, target, options):
    """The diagnosis that these options ask for. Its links are said as they are judged."""
    from azext_iotdiag import output
    from azext_iotdiag.render import check as render
    from azext_iotdiag.render import listing
    from azext_iotdiag.sessions import group

    output.say_all(options.origins)
    hear = output.hears(listing.event_lines)
    asked = (options.known, options.selection, options.group, options.watch)
    return output.show(group.begun(target, *asked, hear), render.event_lines)
