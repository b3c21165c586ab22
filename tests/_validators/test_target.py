"""What a validator leaves of a command's arguments."""

from __future__ import annotations

from types import SimpleNamespace

from azext_iotdiag._validators.target import hand_over


def test_only_target_and_options_are_left_beside_what_is_of_az() -> None:
    cmd = object()
    namespace = SimpleNamespace(
        cmd=cmd, command="iot diag x", func=1, _subscription="s", login="HostName=…", device_id="d", target=None
    )
    hand_over(namespace, "the target", "the options")
    assert vars(namespace) == {
        "cmd": cmd, "command": "iot diag x", "func": 1, "_subscription": "s", "target": "the target",
        "options": "the options",
    }  # fmt: skip


def test_what_az_needs_is_kept() -> None:
    namespace = SimpleNamespace(yes=True, show=False)
    hand_over(namespace, None, None, keep=("yes",))
    assert vars(namespace) == {"yes": True, "target": None, "options": None}
