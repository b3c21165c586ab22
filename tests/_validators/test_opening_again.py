"""How the next command opens a hub again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from azext_iotdiag._validators.opening_again import remember
from azext_iotdiag.model.target import Secret, Services, Target

STRING = "HostName=h.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=a2V5"
OPENED = Target(hub="h.azure-devices.net", credential=Secret("k"))


@pytest.mark.parametrize(("words", "again"), [
    (["--login", "@hub.txt"], "--login @hub.txt"), (["-l", "@a b"], "--login '@a b'"),
    (["--login=@x", "-o", "json"], "--login @x"), (["--login", STRING], None), ([f"--login={STRING}"], None),
    (["-d", "d"], ""), (["--login"], None),
])  # fmt: skip
def test_by_the_file_or_the_setting_and_never_by_the_string(words: list[str], again: str | None) -> None:
    line = ["az", "iot", "diag", "device", "show", *words]
    namespace = SimpleNamespace(target=OPENED)
    remember(namespace, line)
    assert namespace.target.again == again
    several = SimpleNamespace(target=Services(hub=OPENED, dps=Target(dps="p", credential=Secret("k"))))
    remember(several, line)
    assert (several.target.hub.again, several.target.dps.again) == (again, None)


def test_another_command_line_than_that_of_the_process_tells_nothing() -> None:
    namespace = SimpleNamespace(target=OPENED)
    remember(namespace, ["az", "interactive"], ["--login", "-d"])
    assert namespace.target.again is None


def test_what_no_string_opened_is_left_alone() -> None:
    found = Target(hub="h.azure-devices.net", credential=Secret("k"), origin="Using a key.")
    for target in (found, None, Target(app="a"), Target(hub="h.azure-devices.net"), Services(dps=Target(dps="p"))):
        namespace = SimpleNamespace(target=target)
        remember(namespace, ["--login", "@x"])
        assert namespace.target == target
    remember(SimpleNamespace(), [])
