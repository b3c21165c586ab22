"""A failure in words."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.failure import Failure, Kind


@pytest.mark.parametrize(("seconds", "description", "words"), [
    (0.4, "nothing came", "the list of hubs did not come from management.azure.com: nothing came."),
    (12.2, "nothing came", "the list of hubs did not come from management.azure.com after 12 s: nothing came."),
    (0.0, "", "the list of hubs did not come from management.azure.com: silent."),
])  # fmt: skip
def test_the_sentence_of_a_failure(seconds: float, description: str, words: str) -> None:
    failed = Failure(Kind.SILENT, "the list of hubs", "management.azure.com", 443, "", "", description, seconds)
    assert failed.sentence == words
