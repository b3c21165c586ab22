"""`sas create` and `sas inspect`: a token that is right, or what is wrong with one."""

from __future__ import annotations


def create(cmd, target, options):
    """Make a token: of what was named, where `target` is that, and else of the strings and keys in `options`."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.credential import sas
    from azext_iotdiag.login import signing
    from azext_iotdiag.render import sas as render

    signer = signing.signer(target, options.wanted, output.say)
    ends = int(time.time()) + options.seconds
    made = sas.sign(signer.resource, sas.iothub_key(signer.key.reveal()), ends, signer.policy)
    if output.for_person(cmd):
        output.say(render.title(signer.resource, ends))
    return output.hand_out(cmd, render.made(made, signer.resource, signer.policy, ends), [made])


def inspect(cmd, target, options):
    """Judge a token against all that was said of it, and against the keys of what was named."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag._validators import login_errors
    from azext_iotdiag.checks.verdict import diagnose
    from azext_iotdiag.credential import inspection
    from azext_iotdiag.login import token_keys
    from azext_iotdiag.model.check import Link
    from azext_iotdiag.probes.context import Context, Typed
    from azext_iotdiag.probes.gather import gather
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import sas as render

    held = token_keys.of_token(options.text, options.said, target, output.say)
    if held.unread is not None:
        output.say(f"The keys could not be read: {login_errors.error_line(held.unread)}")
    facts = inspection.facts(inspection.inspect(options.text, held.expected), time.time())
    facts |= gather(("clock",), Context(Typed(clock_host=options.clock_host)), known=facts)
    found = diagnose((Link.MACHINE, Link.DEVICE), facts, time.monotonic)
    output.leave(cmd, output.worst(found.verdict.exit_code, output.UNDETERMINED if held.unread else output.HEALTHY))
    opened = token_keys.place(options.said, target)
    known = commands.known(opened, options.said.device, opened)
    shown = (facts["token"].value, found, facts.get("clock"), facts["now"].value, known)
    return output.hand_back(cmd, render.data(*shown), render.lines(*shown))
