"""The four accesses that people have, and `check` with each of them: what it said, and the facts that it had."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from azext_iotdiag._validators import account
from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.verdict import judge
from azext_iotdiag.lab.tenant.roles import DPS_READER, HUB_READER
from azext_iotdiag.login import rights
from azext_iotdiag.login.account import LOG_ANALYTICS, Account
from azext_iotdiag.login.rights import CENTRAL_RESOURCE
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.target import Secret
from tests.matrix.stage import Stage
from tests.plugins import az as plugin
from tests.plugins.lab_requests import ARM, token


class Access(Enum):
    """What a person can read with. The value is what the table calls it."""

    KEYS = "az login with keys"
    READER = "az login without listkeys"
    SERVICE = "the hub's service string"  # in IoT Central, a token for its API
    DEVICE = "the device's string"


class Seen(NamedTuple):
    """What `check` came to with one access. `said` is the verdict in short: see `Row`; `causes` are those it leaves."""

    said: str
    certainty: str
    also: tuple[str, ...]
    causes: tuple[str, ...]
    facts: dict[str, Any]
    errors: str


def check(stage: Stage, access: Access, folder: Path) -> Seen:
    """Run `check` on the stage's device with one access."""
    saved = folder / "facts.json"
    saved.unlink(missing_ok=True)
    options = (*stage.options, "--save-facts", str(saved), "-o", "json")
    if access in (Access.KEYS, Access.READER):
        done = _with_login(stage, access, ("-d", stage.named, *stage.arguments, *options))
    else:
        environment = {**stage.lab.description["environment"], "AZURE_IOTDIAG_LOGIN": "", **stage.environment}
        service = stage.lab.description["connectionStrings"]["service"]
        given = ("--cs", stage.string) if access is Access.DEVICE else ("--login", service, "-d", stage.named)
        if stage.app and access is Access.SERVICE:
            token_ = stage.lab.description["central"][0]["token"]
            given = ("--app-id", stage.app, "--token", token_, "-d", stage.named)
        done = plugin.az("iot", "diag", "check", *given, *options, environment=environment)
    return _seen(done, saved)


def _with_login(stage: Stage, access: Access, options: tuple[str, ...]) -> plugin.Run:
    """As the service principal that owns the resource group, or as one that may only read it and its data."""
    lab, azure = stage.lab, stage.lab.state.tenant
    who = azure.named("servicePrincipal", "Owner" if access is Access.KEYS else "Reader")
    if access is Access.READER:
        for role, service in ((HUB_READER, lab.state.hub), (DPS_READER, lab.state.provisioning[0])):
            lab.call(azure.assign, who, role, azure.path_of(service))
    for_arm = token(lab.state, who)
    resources = (rights.HUB_RESOURCE, rights.DPS_RESOURCE, CENTRAL_RESOURCE, LOG_ANALYTICS)
    texts = {each: token(lab.state, who, each) for each in resources}

    def bearer(resource: str) -> Callable[[], Secret]:
        return lambda: Secret(f"Bearer {texts[resource]}")

    mine = azure.subscriptions[0]
    made = Account(ARM, lambda: for_arm, mine.id, mine.name, bearer=bearer)
    https = lab.description["endpoints"]["https"]
    hosts = ("management.azure.com", LOG_ANALYTICS.partition("://")[2])
    leads = ",".join((lab.description["environment"]["AZURE_IOTDIAG_CONNECT_TO"], *(f"{h}:443={https}" for h in hosts)))
    environment = lab.description["environment"] | {"AZURE_IOTDIAG_CONNECT_TO": leads} | stage.environment
    service = ("--app-id", stage.app) if stage.app else ("-n", lab.state.hub.name)
    with mock.patch.object(account, "signed_in", lambda _cmd: made):
        return plugin.az("iot", "diag", "check", *service, *options, environment=environment)


def _seen(done: plugin.Run, saved: Path) -> Seen:
    """The verdict in short, or the first line of the error that ended the command before it."""
    if not done.out:
        return Seen(f"exit {done.code}", "", (), (), {}, done.err)
    verdict = json.loads(done.out)["verdict"]
    first = verdict["codes"][:1]
    if verdict["state"] == "broken":
        said = " ".join([verdict["link"] or verdict["when"], *first])
    else:
        said = " ".join(["?" if verdict["state"] == "undetermined" else "-", *first])
    content = json.loads(saved.read_text(encoding="utf-8"))
    judged = judge(catalogue.ALL, facts_json.load(content).facts, lambda: 0.0).verdict
    assert judged.state.value == verdict["state"], "saved facts come to the same"
    causes = tuple(cause.why for each in judged.reasons for cause, _ in each.causes)
    return Seen(said, verdict["certainty"], tuple(verdict["also"]), causes, content["facts"], done.err)
