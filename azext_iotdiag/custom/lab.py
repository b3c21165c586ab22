"""`az iot diag lab`: start, stop, look at and break a lab."""

from __future__ import annotations


def start(cmd, settings, detach=False):
    """Start a lab, here until Ctrl-C, or with `detach` on its own."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.process import cli_text, operations

    def ready(described):
        output.emit(cmd, described, cli_text.description(described))
        output.say_all(cli_text.notes(described))

    if not detach:
        return operations.host(settings, _config(cmd), ready, output.say)
    described = operations.start(settings, _config(cmd))
    output.say_all(cli_text.notes(described))
    return output.hand_out(cmd, described, cli_text.description(described))


def stop(cmd, name="lab", all_labs=False, forget=False):
    """Stop one lab, or all; with `forget` remove what it kept."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.process import cli_text, operations

    config, more = _config(cmd), {"forget": bool(forget)}
    stopped = operations.stop_all(config, **more) if all_labs else operations.stop(str(name), config, **more)
    return output.hand_back(cmd, stopped, cli_text.stopped(stopped))


def status(cmd, name="lab", audit=0, all_records=False):
    """How a lab is."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.process import cli_text, operations

    answer = operations.status(str(name), _config(cmd), int(audit), routine=bool(all_records))
    return output.hand_back(cmd, answer, cli_text.status(answer))


def scenarios(cmd):
    """The scenarios there are."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.process import cli_text
    from azext_iotdiag.lab.scenarios.catalogue import SCENARIOS

    return output.hand_back(cmd, cli_text.scenarios_data(SCENARIOS.values()), cli_text.scenarios(SCENARIOS.values()))


def watch(cmd, name="lab", device_id=None, duration=None, all_records=False):
    """Show what happens in a lab, as it happens, until Ctrl-C or its end."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.audit import audit_text, watching
    from azext_iotdiag.lab.process import cli_text, operations
    from azext_iotdiag.render import rows

    form, query = output.rows_form(cmd, rows.view_of_data(text=audit_text.line))
    reached = operations.control(str(name), _config(cmd))
    news = watching.News(str(name), reached, form, device_id, duration, routine=bool(all_records))
    ended = output.show(news, cli_text.watching)
    output.say_all(rows.left(query, "line"))
    output.say_all(cli_text.watched(ended))


def break_(cmd, fault, name="lab", parameters=None):
    """Turn a fault on."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.process import cli_text, operations

    answer = operations.break_(str(name), _config(cmd), str(fault), parameters or {})
    return output.hand_back(cmd, answer, cli_text.broken(answer))


def mend(cmd, name="lab", fault=None):
    """Turn one fault off, or all."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.process import cli_text, operations

    answer = operations.mend(str(name), _config(cmd), fault)
    return output.hand_back(cmd, answer, cli_text.mended(answer))


def login(cmd, name="lab", identity="service-principal", role="owner"):
    """Make an az configuration that is logged in to a lab."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.process import cli_text, operations

    made = operations.login(str(name), _config(cmd), _extensions(), str(identity), str(role))
    return output.hand_back(cmd, made, cli_text.login(made))


def shell(cmd, name="lab"):
    """Open a shell that finds a lab."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.process import cli_text, operations

    opened = operations.shell(str(name), _config(cmd), _extensions())
    output.say_all(cli_text.shell(opened))
    opened.run()


def faults(cmd):
    """The faults there are."""
    from azext_iotdiag import output
    from azext_iotdiag.lab.faults.active import FAULTS
    from azext_iotdiag.lab.process import cli_text

    return output.hand_back(cmd, cli_text.faults_data(FAULTS.values()), cli_text.faults(FAULTS.values()))


def _config(cmd):
    """The folder in which az keeps its settings; the labs lie below it."""
    return cmd.cli_ctx.config.config_dir


def _extensions():
    """The variables that tell another az where the extensions of this one are."""
    from azure.cli.core import extension

    sources = extension.DEV_EXTENSION_SOURCES
    more = {"AZURE_EXTENSION_DEV_SOURCES": ",".join(sources)} if sources else {}
    return {"AZURE_EXTENSION_DIR": str(extension.EXTENSIONS_DIR), **more}
