"""What people typed for `network test`. No service is asked: a hub's name makes its host name."""

from __future__ import annotations

import os
from dataclasses import dataclass

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import account, environment, facts_file, which_hub
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.credential import host as hosts
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.network import PROTOCOLS, NetworkAsked, Protocol

LARGEST_FACTS = 1 << 20  # bytes; what a script writes has less than 20 KB
_DOMAINS = {"AzureChinaCloud": "azure-devices.cn", "AzureUSGovernment": "azure-devices.us"}
_CLOUD_SHELL = ("ACC_CLOUD", "AZUREPS_HOST_ENVIRONMENT")
_BUILD_AGENTS = ("TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL")


@dataclass(frozen=True)
class Test:
    """The options of `network test`: the kind of script to print, empty for none, and facts that were measured."""

    script: str = ""
    facts: Facts | None = None


def test(cmd, namespace):
    """Judge the arguments of `network test`: `target` becomes a NetworkAsked, `options` a Test."""
    if namespace.facts is not None:
        _refuse_beside_facts(namespace)
        facts = _read(namespace.facts)
        hand_over(namespace, facts["network_asked"].value, Test(facts=facts))
        return
    host = _host(cmd, namespace)
    script = str(namespace.script or "")
    protocols = _protocols(namespace.protocols, host)
    hand_over(namespace, asked(host, protocols, remote=bool(script)), Test(script))


def asked(host, protocols=None, *, remote=False) -> NetworkAsked:
    """The test of a host, by all protocols of such a host where none are named. A `remote` one runs elsewhere."""
    through = None if remote else environment.proxy_of(host)
    return NetworkAsked(
        host,
        hosts.kind(host),
        hosts.cloud(host),
        _protocols((), host) if protocols is None else protocols,
        str(through) if through else "",
        through.variable if through else "",
        "" if remote else _observer(),
    )


def judge_host(text) -> str:
    """A host that was typed. Raises InvalidArgumentValueError."""
    try:
        return hosts.judge(text.strip())
    except hosts.MalformedHost as fault:
        raise InvalidArgumentValueError(f"--host {fault.reason}.", recommendation=f"{fault.advice}.") from None


def _refuse_beside_facts(namespace):
    """Raise MutuallyExclusiveArgumentError for what would be measured, where facts are given."""
    typed_hub = which_hub.is_typed(namespace.hub_name)
    others = {
        "--host": namespace.host,
        "--hub-name": typed_hub,
        "--protocol": namespace.protocols,
        "--script": namespace.script,
    }
    for option, given in others.items():
        if given:
            raise MutuallyExclusiveArgumentError(
                f"--facts and {option} contradict each other: the file says what was tested.",
                recommendation=f"Leave out {option}.",
            )


def _read(path) -> Facts:
    """The facts in a file. Raises InvalidArgumentValueError for what is no such file."""
    facts = facts_file.read(path, LARGEST_FACTS).facts
    for name in ("network_asked", "ways"):
        if name not in facts or (name == "network_asked" and facts[name].value is None):
            raise InvalidArgumentValueError(
                f"--facts {path}: the fact {name!r} is missing, so it holds no test of a network.",
                recommendation="Give the output of the script that --script prints.",
            )
    return facts


def _host(cmd, namespace) -> str:
    """The host that was named. az's default hub counts where nothing else was."""
    hub = namespace.hub_name
    if namespace.host is not None:
        if which_hub.is_typed(hub):
            raise MutuallyExclusiveArgumentError("--host and --hub-name both name the host; give one of them.")
        return judge_host(namespace.host)
    if hub is None:
        raise RequiredArgumentMissingError(
            "Which host? Give --hub-name or --host.", recommendation="Or --facts with the output of a script."
        )
    account.judge_name(hub)
    return hub.lower() if "." in hub else f"{hub.lower()}.{_DOMAINS.get(cmd.cli_ctx.cloud.name, hosts.HUB[0])}"


def _protocols(typed, host) -> tuple[Protocol, ...]:
    """Those that were typed, else those that such a host speaks, in the order of the table."""
    if not typed:
        return PROTOCOLS.get(hosts.kind(host), tuple(Protocol))
    chosen = {str(each) for each in typed}
    return tuple(protocol for protocol in Protocol if protocol.value in chosen)


def _observer() -> str:
    """Where this runs, where that is a data centre; empty for any other machine."""
    if any(os.environ.get(name) for name in _CLOUD_SHELL):
        return "Cloud Shell"
    return "a build agent" if any(os.environ.get(name) for name in _BUILD_AGENTS) else ""
