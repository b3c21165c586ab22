"""The check `uploads-set-up`."""

from __future__ import annotations

from azext_iotdiag.checks.commands.uploads_set_up import uploads_set_up
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.hub_settings import HubSettings
from tests.checks.judging import verdict


def test_a_hub_without_storage_is_wrong_only_where_uploads_are_missed() -> None:
    bare, set_up = HubSettings("h"), HubSettings("h", upload_container="files")
    assert verdict(uploads_set_up, hub_settings=bare) == ("pass", [])
    assert verdict(uploads_set_up, hub_settings=bare, goal=Goal.TELEMETRY) == ("pass", [])
    assert verdict(uploads_set_up, hub_settings=bare, goal=Goal.FILE_UPLOAD) == ("fail", [("hub-400014", "fail")])
    assert verdict(uploads_set_up, hub_settings=set_up, goal=Goal.FILE_UPLOAD) == ("pass", [])
