"""The cause that a line of a log names is told first, and no cause is lost."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights.reading import entry_of, read_text

ANSWER = '{"errorCode":401002,"trackingId":"a","message":"%s","timestampUtc":"2026-11-30T10:00:00Z"}'


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("CA certificate not found.", "The certificate"),
        ("Signing certificate info did not match chain elements.", "The certificate"),
        ("Unauthorized", "No enrollment fits"),
    ],
)
def test_the_cause_that_a_line_names_is_the_first(words: str, first: str) -> None:
    story = read_text(ANSWER % words)
    (entry,) = story.root.entries if story.root else ()
    assert entry.code == "dps-401" and entry.causes[0].why.startswith(first)
    assert set(entry.causes) == set(entry_of("dps-401").causes)
    assert story.mentions[0].entry == entry
