"""What the commands about labs do, each a function of the folder that az keeps its settings in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.process import detached as process
from azext_iotdiag.lab.process import folder
from azext_iotdiag.lab.process.errors import FilesFailed
from azext_iotdiag.lab.process.settings import BadSetting, Settings

if TYPE_CHECKING:  # the other commands need not load it
    from azext_iotdiag.lab.process.shell import OpenedShell

Described = dict[str, Any]


@contextmanager
def _files() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FilesFailed(f"The lab cannot be run: {error}") from error


@_files()
def start(settings: Settings, config: str) -> Described:
    """Start a lab that lives until it is stopped. Raises LabError, BadSetting."""
    return process.start_detached(settings, folder.labs_of(config))


@_files()
def host(settings: Settings, config: str, ready: Callable[[Described], None], say: Callable[[str], None]) -> None:
    """Run a lab in this process until a signal ends it. Raises LabError, BadSetting."""
    from azext_iotdiag.lab.process import hosting  # the lab itself, which the other commands need not load

    hosting.run(settings, folder.labs_of(config), ready=ready, say=say)


@_files()
def stop(name: str, config: str, *, forget: bool = False) -> Described:
    """Stop a lab, and `forget` what it kept. Raises LabError, BadSetting."""
    process.stop(name, folder.labs_of(config), forget=forget)
    return {"version": 1, "stopped": [name], **({"forgotten": [name]} if forget else {})}


@_files()
def stop_all(config: str, *, forget: bool = False) -> Described:
    """Stop all labs. What they kept is forgotten one by one, so `forget` is refused. Raises LabError, BadSetting."""
    if forget:
        raise BadSetting(
            "--forget removes the keys of one lab for good, and --all means every lab.", "Name one lab with --name."
        )
    return {"version": 1, "stopped": process.stop_all(folder.labs_of(config))}


@_files()
def status(name: str, config: str, audit: int, *, routine: bool = False) -> Described:
    """How a lab is, with the latest `audit` records, routine included where wanted. Raises LabError, BadSetting."""
    return process.status(name, folder.labs_of(config), audit, routine=routine)


@_files()
def break_(name: str, config: str, fault: str, parameters: Mapping[str, int]) -> Described:
    """Turn a fault on. Raises LabError, BadSetting."""
    answer = process.ask(name, folder.labs_of(config), "break", fault=fault, parameters=parameters)
    return {"version": 1, "name": name, **answer}


@_files()
def mend(name: str, config: str, fault: str | None) -> Described:
    """Turn a fault off, or all. Raises LabError, BadSetting."""
    answer = process.ask(name, folder.labs_of(config), "mend", fault=fault)
    return {"version": 1, "name": name, **answer}


@_files()
def login(name: str, config: str, extensions: Mapping[str, str], identity: str, role: str) -> Described:
    """Make an az configuration that is logged in to a lab; `extensions` tell az where these are.

    Raises LabError, BadSetting.
    """
    from azext_iotdiag.lab.process import login as making

    labs = folder.labs_of(config)
    described = process.find(name, labs)["description"]
    credential = process.ask(name, labs, "credential", identity=identity, role=role)
    return making.prepare(described, labs / name, extensions, credential)


@_files()
def shell(name: str, config: str, extensions: Mapping[str, str]) -> OpenedShell:
    """The shell of a lab, which is still to run. Raises LabError, BadSetting."""
    from azext_iotdiag.lab.process import shell as opening

    labs = folder.labs_of(config)
    return opening.prepare(process.find(name, labs)["description"], labs / name, extensions)


@_files()
def control(name: str, config: str) -> Mapping[str, Any]:
    """How the control port of a lab is reached. Raises LabError, BadSetting."""
    return process.find(name, folder.labs_of(config))["control"]
