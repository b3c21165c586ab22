"""A command as az gives it, and a lab that the environment leads to."""

from __future__ import annotations

import os

import pytest

from tests.custom.simulating import Cmd
from tests.plugins.mqtt_lab import mqtt_lab


@pytest.fixture
def cmd(tmp_path):
    return Cmd(tmp_path)


@pytest.fixture
def lab(monkeypatch, tmp_path):
    with mqtt_lab() as running:
        (tmp_path / "ca.pem").write_text(running.ca_pem)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        for name in tuple(os.environ):
            if name.lower().endswith("_proxy"):
                monkeypatch.delenv(name)
        monkeypatch.setenv(
            "AZURE_IOTDIAG_CONNECT_TO", running.hosted.description["environment"]["AZURE_IOTDIAG_CONNECT_TO"]
        )
        yield running
