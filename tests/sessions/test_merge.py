"""`tally merge`: parts that were judged by themselves come to what judging the whole comes to."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.checks import merged
from azext_iotdiag.knowledge.stream import NOTHING_CAME, SHARE_SILENT
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.finding import Certainty, Finding, Severity
from azext_iotdiag.model.tally import Judged, Tally
from azext_iotdiag.model.verdict import Reason, State, Verdict
from azext_iotdiag.render import validation
from azext_iotdiag.sessions.events import Ended
from azext_iotdiag.sessions.merge import Merge
from azext_iotdiag.sessions.results import BadResult, runs
from azext_iotdiag.streams.recorded import Place, Recorded
from azext_iotdiag.streams.validation import Rules, judge_of, judged
from tests.plugins.effort import cases
from tests.sessions.fakes import message

MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:a;1", "@type": "Interface",
    "contents": [{"@type": "Telemetry", "name": "t", "schema": "double"},
                 {"@type": "Telemetry", "name": "list", "schema": {"@type": "Array", "elementSchema": "integer"}}],
}  # fmt: skip
BODIES = (b'{"t": 1.5}', b'{"t": "warm"}', b'{"T": 1}', b"{", b'{"list": [1, 2.5, "x"]}', b'{"t": 1, "other": null}')
JUDGE = judge_of(Rules(MODEL))
HEALTHY, DOUBTFUL = Verdict(State.HEALTHY, 0), Verdict(State.UNDETERMINED, 5)
BROKEN = Verdict(State.BROKEN, 4, link=Link.PAYLOAD)
FORM = validation.form("json")


def records(dice: random.Random, count: int) -> list[Recorded]:
    """Live messages of some devices, right and wrong."""
    made = (message(f"pump-{dice.randrange(9)}", dice.choice(BODIES), number, float(number)) for number in range(count))
    return [Recorded(each, Place("0", "sequence", each.sequence)) for each in made]


def written(some: list[Recorded]) -> bytes:
    """What a run writes of these messages."""
    tally = Tally()
    lines = b"".join(FORM.finding(each) for each in judged(some, JUDGE, Rules(MODEL), tally) if each is not None)
    return lines + FORM.summary(tally, "", BROKEN if tally.judged().wrong else HEALTHY)


def merge(folder: Path, *parts: bytes) -> tuple[dict[str, Any], Ended, Merge]:
    """The summary, the last event and the session of merging what these runs wrote."""
    paths = []
    for number, part in enumerate(parts):
        paths.append(folder / f"{number}.jsonl")
        paths[-1].write_bytes(part)
    session = Merge(map(str, paths), FORM)
    assert [each for each in session if isinstance(each, bytes)] == []
    *shown, ended = session.end(None)
    return json.loads(b"".join(shown)), ended, session


def facts_of(summary: dict[str, Any]) -> dict[str, Any]:
    """What must be the same, whatever the parts were."""
    groups = {
        (each["code"], each["severity"], each["field"]): (
            each["count"], each["firstSeen"], each["lastSeen"], sorted(each["devices"])
        )
        for each in summary["groups"]
    }  # fmt: skip
    verdict = {name: summary["verdict"][name] for name in ("state", "link", "exitCode", "certainty")}
    names = ("messages", "faulty", "errors", "warnings", "infos", "skipped", "hidden", "repeated")
    return {name: summary.get(name) for name in names} | verdict | {"groups": groups}


def test_parts_come_to_the_whole(tmp_path: Path) -> None:
    for seed in range(cases(60)):
        dice = random.Random(seed)
        every = records(dice, dice.randrange(40))
        cuts = sorted(dice.randrange(len(every) + 1) for _ in range(3))
        parts = [every[a:b] for a, b in zip([0, *cuts], [*cuts, len(every)])]
        if dice.random() < 0.3:  # two runs in one file
            files = [written(parts[0]) + written(parts[1]), written(parts[2]) + written(parts[3])]
        else:
            files = [written(each) for each in parts]
        whole = json.loads(written(every).splitlines()[-1])
        summary, ended, _ = merge(tmp_path, *files)
        assert facts_of(summary) == facts_of(whole), seed
        assert (ended.shown, ended.whole) == (len(every), True)
        assert facts_of(merge(tmp_path, json.dumps(summary).encode())[0]) == facts_of(whole)  # merged once more


def test_a_run_that_was_killed_and_started_again(tmp_path: Path) -> None:
    """Nothing counts twice that has findings, wherever the first run was cut off."""
    every = [each for each in records(random.Random(5), 60) if each.event.body not in (BODIES[0], BODIES[4])]
    whole, text = json.loads(written(every).splitlines()[-1]), written(every[:30])
    for cut in range(0, len(text) - 500, 211):
        summary, _, session = merge(tmp_path, text[:cut], written(every))
        again = summary.pop("repeated", 0)
        assert facts_of(summary) == facts_of(whole), cut
        assert again == len({json.loads(line)["sequence"] for line in text[:cut].split(b"\n")[:-1]})
        assert summary["unended"] == 1 and session.diagnosis.verdict.exit_code == exit_codes.PROBLEM


@pytest.mark.parametrize("start", [b"", b'{"version":1,"ty'])
def test_a_run_without_a_summary_decides_nothing(tmp_path: Path, start: bytes) -> None:
    summary, ended, session = merge(tmp_path, start, written(records(random.Random(1), 0)))
    assert (summary["verdict"]["state"], summary["verdict"]["exitCode"]) == ("undetermined", 5)
    assert ended.tally.unended == 1 and session.diagnosis.verdict.exit_code == 5
    assert "1 run has no summary: how many messages it judged is not known." in "".join(validation.summary(ended.tally))


def reasons(*entries: Any) -> tuple[Reason, ...]:
    return tuple(Reason(Finding(each, Severity.FAIL, "m"), (), Certainty.SURE) for each in entries)


SILENT = Verdict(State.UNDETERMINED, 5, blind=reasons(SHARE_SILENT))
NOTHING = Verdict(State.BROKEN, 4, Certainty.SURE, link=Link.STREAM, reasons=reasons(NOTHING_CAME))
CUT = Verdict(State.UNDETERMINED, 130)
OTHER = Verdict(State.BROKEN, 3, link=Link.READER, reasons=reasons(NOTHING_CAME))


@pytest.mark.parametrize(("judged_", "verdicts", "state", "code", "link"), [
    (Judged(5), [HEALTHY, HEALTHY], State.HEALTHY, 0, None),
    (Judged(5, errors=1), [HEALTHY, BROKEN], State.BROKEN, 4, Link.PAYLOAD),
    (Judged(5), [HEALTHY, SILENT], State.HEALTHY, 0, None),  # the other share has messages
    (Judged(0), [SILENT, SILENT], State.UNDETERMINED, 5, None),
    (Judged(5), [HEALTHY, DOUBTFUL], State.UNDETERMINED, 5, None),
    (Judged(5), [HEALTHY, CUT], State.UNDETERMINED, 130, None),
    (Judged(5, errors=1), [CUT, BROKEN], State.BROKEN, 4, Link.PAYLOAD),
    (Judged(5, errors=1), [BROKEN, NOTHING], State.BROKEN, 4, Link.STREAM),
    (Judged(5, errors=1), [BROKEN, OTHER], State.BROKEN, 3, Link.PAYLOAD),
    (Judged(5), [HEALTHY, BROKEN], State.HEALTHY, 0, None),  # a part without messages, in a whole that has some
    (Judged(0, empty=True), [BROKEN], State.BROKEN, 4, Link.PAYLOAD),
    (Judged(5, unjudged=1), [HEALTHY], State.UNDETERMINED, 5, None),
])  # fmt: skip
def test_the_verdict(judged_: Judged, verdicts: list[Verdict], state: State, code: int, link: Link | None) -> None:
    facts = given(0.0, ended=SessionEnd(End.SOURCE), judged=judged_)
    found = merged.of_runs(facts, verdicts).verdict
    assert (found.state, found.exit_code, found.link) == (state, code, link)


def changed(change: Callable[[dict[str, Any]], Any]) -> bytes:
    """A summary with something else in it."""
    data = json.loads(written(records(random.Random(3), 9)).splitlines()[-1])
    change(data)
    return json.dumps(data).encode() + b"\n"


@pytest.mark.parametrize(("text", "why"), [
    (b"nonsense\n", "line 1: it is no result that -o json writes"),
    (b"[1]\n", "line 1: it is neither a finding nor a summary"),
    (b'{"type":"message"}\n', "line 1: it is neither a finding nor a summary"),
    (b"\xff\xfe\n", "line 1: it is no result"),
    (b"[" * 100_000 + b"\n", "line 1: it is"),
    (changed(lambda data: data.update(version=9)), "its version is 9, and this release knows 1"),
    (changed(lambda data: data["groups"][0].update(code="of-tomorrow")), "the code 'of-tomorrow' is not known to"),
    (changed(lambda data: data.update(messages=-1)), "line 1: it is no result"),
    (changed(lambda data: data.update(messages=True)), "line 1: it is no result"),
    (changed(lambda data: data.pop("groups")), "line 1: it is no result"),
    (changed(lambda data: data["verdict"].update(state="odd")), "line 1: "),
    (changed(lambda data: data["groups"][0]["sample"].update(path=5)), "line 1: it is no result"),
    (written(records(random.Random(4), 30))[:-2].rpartition(b"\n")[0] + b"\n" + written([]), "is of another run"),
])  # fmt: skip
def test_what_is_no_result_is_refused(tmp_path: Path, text: bytes, why: str) -> None:
    (tmp_path / "r.jsonl").write_bytes(text)
    with pytest.raises(BadResult) as refused:
        list(runs(str(tmp_path / "r.jsonl"), set()))
    assert why in str(refused.value) and "r.jsonl, line " in str(refused.value)


def test_ctrl_c_shows_what_was_added_so_far(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(written(records(random.Random(1), 20)))
    session = Merge([str(path)], FORM)
    list(session)
    *shown, ended = session.end(End.INTERRUPTED)
    assert json.loads(b"".join(shown))["ended"] == "interrupted" and not ended.whole
    assert session.diagnosis.verdict.exit_code in (4, 130)


def test_tables_have_a_row_for_each_group(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(written(records(random.Random(1), 20)))
    session = Merge([str(path)], validation.form("tsv"))
    list(session)
    shown = b"".join(each for each in session.end(None) if isinstance(each, bytes)).splitlines()
    assert len(shown) == len(session.diagnosis.verdict.reasons) + 1 + len(
        {(each["code"], each["field"]) for each in json.loads(path.read_bytes().splitlines()[-1])["groups"]}
    )
