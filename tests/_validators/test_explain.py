"""What az says of what is pasted in the place of a code."""

from __future__ import annotations

from pathlib import Path

import pytest

from azext_iotdiag._validators.explain import az_error
from azext_iotdiag.insights import survey

KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="


def said(*words: str) -> tuple[str, str]:
    with pytest.raises(survey.UnknownName) as raised:
        survey.ask(words)
    error = az_error(raised.value)
    return str(error), " ".join(error.recommendations)


@pytest.mark.parametrize(
    ("words", "what", "command"),
    [
        ((f"HostName=h.azure-devices.net;DeviceId=d;SharedAccessKey={KEY}",), "a connection string", "key test"),
        (
            (f"HostName=h.azure-devices.net;SharedAccessKeyName=o;SharedAccessKey={KEY}",),
            "a connection string",
            "check",
        ),
        ((f"SharedAccessSignature sr=h%2Fdevices%2Fd&sig={KEY}&se=1",), "a token", "sas inspect"),
        (("SharedAccessSignature", f"sr=h&sig={KEY}&se=1"), "a token", "sas inspect"),
    ],
)
def test_a_credential_is_named_and_not_repeated(words: tuple[str, ...], what: str, command: str) -> None:
    error, next_step = said(*words)
    assert f"This is {what}, not a code" in error
    assert f"az iot diag {command}" in next_step
    assert KEY not in error + next_step


def test_the_name_of_a_file_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "device.log").write_text("rc=5\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    error, next_step = said("device.log")
    assert error == "This is the name of a file, not a code."
    assert next_step == "Did you mean: az iot diag explain < device.log"
