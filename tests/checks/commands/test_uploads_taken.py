"""Uploads that the hub refused, as the log says it."""

from __future__ import annotations

from azext_iotdiag.checks.commands.uploads_taken import UPLOADS
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.verdict import State
from tests.checks.logged import codes, judged, log, row
from tests.checks.test_doctor import hub

WITH_STORAGE = {"hub_settings": hub(upload_container="c")}


def test_a_refused_upload_is_the_answer_where_uploads_are_missed() -> None:
    rows = log(row(600, "ingress", "403006", category=UPLOADS))
    found = judged(rows, heard=30, came=20, goal=Goal.FILE_UPLOAD, **WITH_STORAGE)
    assert found.link is not None and (found.link.value, codes(found.reasons)) == ("commands", ["hub-403006"])
    assert judged(rows, heard=30, came=20, goal=Goal.TELEMETRY, **WITH_STORAGE).state is State.HEALTHY


def test_an_upload_that_was_taken_later_shows_that_it_is_over() -> None:
    rows = log(row(600, "ingress", "403006", category=UPLOADS), row(300, "ingress", category=UPLOADS))
    assert codes(judged(rows, heard=30, came=20, goal=Goal.FILE_UPLOAD, **WITH_STORAGE).reasons) == []
