"""`template infer` without az: what it notes of the messages in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from azext_iotdiag.payload import read_model
from azext_iotdiag.sessions.inference import inferred
from tests.payload.test_documents import interface, telemetry

WHOLE = "heat came as whole numbers only: it is a double where it measures something"


@pytest.fixture
def messages(tmp_path: Path) -> str:
    path = tmp_path / "messages.jsonl"
    path.write_text('{"heat": 20, "t": 1.5}\n{"heat": 21}\n', "utf-8")
    return str(path)


def test_a_first_model_notes_whole_numbers(messages: str) -> None:
    found = inferred([messages], "dtmi:example:a;1")
    assert [each["schema"] for each in found.document["contents"]] == ["integer", "double"]
    assert (found.notes, found.messages, found.added) == ((WHOLE,), 2, None)


@pytest.mark.parametrize(("known", "notes"), [("t", (WHOLE,)), ("heat", ())])
def test_a_new_version_notes_those_of_what_it_adds(messages: str, known: str, notes: tuple[str, ...]) -> None:
    base = read_model(interface("a", telemetry(known, "double"))).document
    assert inferred([messages], "", base).notes == notes
