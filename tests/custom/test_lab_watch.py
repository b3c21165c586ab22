"""`lab watch` and `lab scenarios`, run by az."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from azext_iotdiag.lab.audit import audit_feed
from azext_iotdiag.lab.scenarios.catalogue import SCENARIOS
from tests.plugins import az
from tests.plugins.lab_fixture import open_lab

WATCH = ("iot", "diag", "lab", "watch", "--name", "watched")


@pytest.fixture
def lab():
    with open_lab(Path(os.environ["AZURE_CONFIG_DIR"]), name="watched", device_count=0, scenario="healthy-site") as lab:
        yield lab


@pytest.mark.slow
def test_what_devices_do_is_told_as_it_happens(lab):
    run = az.az(*WATCH, "--duration", "3", "--device-id", "pump-?", "-o", "json")
    news = run.messages
    assert run.code == 0 and "has ended" in run.err
    assert {each["who"] for each in news if each["kind"] == "message"} == {f"pump-{number}" for number in range(1, 9)}
    assert all(json.loads(each["body"])["temperature"] for each in news if each["kind"] == "message")


@pytest.mark.slow
def test_other_forms_and_a_query(lab):
    run = az.az(*WATCH, "--duration", "3", "--query", "kind == 'message' && [who, bytes]", "-o", "tsv")
    rows = {line.split("\t")[0] for line in run.out.decode().splitlines() if "\t" in line}
    assert rows == {f"pump-{number}" for number in range(1, 9)}


@pytest.mark.slow
def test_it_ends_with_the_lab(lab, monkeypatch):
    def ending(state, since, **wanted):
        if since is not None:  # somebody has begun to watch
            lab.end()
        return news(state, since, **wanted)

    news = audit_feed.news
    monkeypatch.setattr(audit_feed, "news", ending)
    run = az.az(*WATCH, "--duration", "30")
    assert run.code == 0 and "the lab has ended" in run.err


def test_a_lab_that_is_not_there():
    run = az.az("iot", "diag", "lab", "watch", "--name", "nobody")
    assert run.code == 3 and "no lab named 'nobody'" in run.err


def test_scenarios_are_listed():
    run = az.az("iot", "diag", "lab", "scenarios", "-o", "json")
    listed = {each["name"]: each for each in json.loads(run.out)}
    assert set(listed) == set(SCENARIOS)
    assert {"id": "valve-2", "doing": "is disabled, and tries"} in listed["troubled-site"]["devices"]
