"""What the tests of the validators share: az's command and namespace as a validator sees them, and the log."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from azure.cli.core.azclierror import AzCLIError
from knack.config import CLIConfig
from knack.validators import DefaultInt, DefaultStr

from azext_iotdiag._validators import login
from azext_iotdiag._validators import monitor as of_monitor
from azext_iotdiag._validators import simulate as of_simulate
from tests.credential.malformed import DEVICE, HUB


def refuse_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every attempt to reach a network fail the test."""

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("the network was asked")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


def command(folder: str, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Of az's command what a validator sees of it, with a configuration in `folder` and nothing in the environment."""
    monkeypatch.setenv("AZURE_CONFIG_DIR", folder)
    for name in tuple(os.environ):
        if name.lower().endswith(("_proxy", "_ca_bundle")) or name.startswith("AZURE_IOTDIAG_"):
            monkeypatch.delenv(name)
    return SimpleNamespace(cli_ctx=SimpleNamespace(config=CLIConfig(folder, "AZURE")))


@contextmanager
def logged() -> Iterator[list[str]]:
    """What the validators log, and anything else that reaches the root, whatever az did to its loggers before."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.levelname} {self.format(record)}")

    keep, own, root = Keep(logging.DEBUG), login.logger, logging.getLogger()
    before, own.propagate = own.propagate, False
    level = own.level
    own.setLevel(logging.DEBUG)
    own.addHandler(keep)
    root.addHandler(keep)
    try:
        yield lines
    finally:
        own.removeHandler(keep)
        root.removeHandler(keep)
        own.setLevel(level)
        own.propagate = before


def monitor(cmd: Any, **given: Any) -> SimpleNamespace:
    """The namespace of `monitor events` after its validator, from good arguments except those `given`."""
    namespace = SimpleNamespace(
        **{
            "login": HUB,
            "hub_name": None,
            "resource_group_name": None,
            "auth_type": None,
            "app_id": None,
            "token": None,
            "central_dns_suffix": None,
            "device_id": None,
            "device_query": None,
            "module_id": None,
            "component": None,
            "interface": None,
            "consumer_group": DefaultStr("$Default"),
            "max_messages": None,
            "duration": None,
            "timeout": DefaultInt(300),
            "since": None,
            "share": None,
            "position": None,
            "save_position": None,
            "expect_every": None,
            "properties": None,
            "content_type": None,
            "reader": DefaultStr("wire"),
            "transport": None,
            "yes": False,
            "repair": False,
        }
        | given
    )
    of_monitor.events(cmd, namespace)
    return namespace


def simulate(cmd: Any, **given: Any) -> SimpleNamespace:
    """The namespace of `simulate` after its validator, from good arguments except those `given`."""
    namespace = SimpleNamespace(
        **{
            "connection_string": DEVICE,
            "login": None,
            "hub_name": None,
            "resource_group_name": None,
            "auth_type": None,
            "device_id": None,
            "module_id": None,
            "new_device": False,
            "certificate_file_path": None,
            "key_file_path": None,
            "passphrase": None,
            "transport": None,
            "message_interval": 1.0,
            "message_count": DefaultInt(100),
            "body_kind": DefaultStr("json"),
            "data": None,
            "data_file_path": None,
            "content_type": None,
            "content_encoding": None,
            "properties": None,
            "component": None,
            "model": None,
            "model_repo": None,
            "model_id": None,
            "init_reported_properties": None,
            "method_response": None,
            "method_response_code": DefaultInt(200),
            "method_response_payload": None,
            "misbehave": None,
        }
        | given
    )
    of_simulate.judge(cmd, namespace)
    return namespace


def said(fault: AzCLIError) -> str:
    """The message and the recommendations."""
    return " ".join([str(fault), *fault.recommendations])
