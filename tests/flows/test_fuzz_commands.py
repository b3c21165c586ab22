"""Whole commands on services that answer nonsense: a result, or an error of the tool's own, and no key in either."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.clients.deadlines import Clock, Deadlines, applying
from azext_iotdiag.clients.http import Http, HttpAnswer
from tests.plugins import az, fuzzing
from tests.probes.test_fuzz_services import APP, DEVICE, DPS, ENROLLMENT, HUB, KEY, TOKENS, TWIN, answer_of

pytestmark = pytest.mark.slow
L, D, P = f"-l HostName={HUB};SharedAccessKeyName=p;SharedAccessKey=@", "-d d", "--dps-login"
CENTRAL = f"--app-id {APP} --token @token"
ROWS = (
    f"device show {L} {D}", f"device show {L} {D} {P} {{dps}}", f"device show --rid d {P} {{dps}}",
    f"device show --eid g {P} {{dps}}", f"device show {CENTRAL} {D}",
    f"device list {L} --query-rate 5000", f"device list {CENTRAL}",
    f"device list {P} {{dps}}", f"device summary {L} --query-rate 5000",
    f"device summary {CENTRAL}", f"device summary {P} {{dps}}",
    f"key test {L} {D} --key {{key}}", f"key renew {L} {D} --key-type swap --yes",
    f"key renew {L} {D} --key-type primary --yes {P} {{dps}}", f"sas create {L} {D}",
    f"monitor properties {L} {D} --duration 1", f"monitor properties {CENTRAL} {D} --duration 1",
    f"validate properties {CENTRAL} {D}", f"monitor events {L} -q {{query}}",
    f"method ping {L} {D}", f"twin test {L} {D} --yes --timeout 1",
)  # fmt: skip
OFTEN = Deadlines(hub_look=0.1, app_look=0.1, clock=Clock(sleep=lambda seconds: None))
DOCUMENTS = {HUB: (TWIN, False), DPS: (ENROLLMENT, False), APP: (DEVICE, True)}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    policy = f"SharedAccessKeyName=p;SharedAccessKey={KEY}"
    token = TOKENS[HUB]["eventhubSasToken"]["sasToken"]
    texts = {"owner": f"HostName={HUB};{policy}", "dps": f"HostName={DPS};{policy}", "key": KEY, "token": token}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with applying(OFTEN):
        yield {name: f"@{tmp_path / name}" for name in texts} | {"query": "SELECT * FROM devices"}


def words_of(row: str, files: dict[str, str]) -> list[str]:
    named = row.replace(L, "-l {owner}").replace("@token", "{token}")
    return [word.format(**files) for word in named.split()]


class Nonsense:
    """What all services answer while one command runs."""

    def __init__(self, chance: random.Random):
        self._chance = chance
        self._asked = 0

    def __call__(self, http: Http, method: str, target: str, step: str, **_: Any) -> HttpAnswer:
        self._asked += 1
        assert self._asked < 500, "the questions do not end"
        document, lists = DOCUMENTS[http.host]
        return answer_of(self._chance, document, target, lists and target.partition("?")[0].endswith("/devices"))


def test_commands_on_services_that_answer_nonsense(files, monkeypatch) -> None:
    codes = set()
    for seed, chance in fuzzing.rounds("commands"):
        nonsense = Nonsense(chance)
        monkeypatch.setattr(Http, "request", lambda self, *asked, _answers=nonsense, **_: _answers(self, *asked))
        row, form = chance.choice(ROWS), chance.choice(("json", "table", "tsv", "yaml"))
        words, environment = words_of(row, files), {"AZURE_IOTDIAG_CONNECT_TO": ""}
        done = az.az("iot", "diag", *words, "-o", form, environment=environment)
        codes.add(done.code)
        said = done.out.decode() + done.err
        assert "Traceback" not in said, f"{seed}: {row} -o {form}\n{said[-3000:]}"
        assert done.code in (0, 1, 3, 4, 5), f"{seed}: {row}: {said[-2000:]}"
        assert KEY not in said, f"{seed}: {row}"
    assert len(codes) > 1
