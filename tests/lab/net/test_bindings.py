"""Numbers and truth values in JSON, and as texts, in the way in which Azure's services read them."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub.settings import HubSettings
from azext_iotdiag.lab.net.bindings import number, truth, whole


@pytest.mark.parametrize(("value", "found"), [
    (None, None), ("", None), (30, 30), (30.5, 30.5), ("30", 30), (" 30 ", 30), ("+30", 30), ("-1", -1), ("007", 7),
])  # fmt: skip
def test_numbers(value, found):
    assert number(value, "x") == found


@pytest.mark.parametrize("value", [True, False, "30.5", "1e3", "0x1e", "thirty", "٣٠", "1_0", " ", "9" * 40, [], {}])
def test_no_numbers(value):
    for read in (number, whole):
        with pytest.raises(ValueError, match="x is not a number"):
            read(value, "x")


def test_whole_numbers():
    assert (whole(3, "x"), whole("3", "x"), whole(None, "x")) == (3, 3, None)
    with pytest.raises(ValueError, match="x is not a whole number"):
        whole(3.0, "x")


@pytest.mark.parametrize(("value", "found"), [
    (None, None), ("", None), (True, True), (False, False), ("true", True), ("False", False), (" TRUE ", True),
])  # fmt: skip
def test_truths(value, found):
    assert truth(value, "x") is found


@pytest.mark.parametrize("value", [0, 1, "yes", "1", [], {}, 0.0])
def test_no_truths(value):
    with pytest.raises(ValueError, match="x is not true or false"):
        truth(value, "x")


def test_the_settings_of_a_hub():
    settings = HubSettings()
    settings.update({"disableLocalAuth": "true", "disableDeviceSAS": "False", "comments": "true"})
    assert not settings.local_auth and settings.properties["disableDeviceSAS"] is False
    assert settings.properties["comments"] == "true"
    before = dict(settings.properties)
    with pytest.raises(ValueError, match="'disableModuleSAS' is not true or false"):
        settings.update({"disableLocalAuth": False, "disableModuleSAS": "no"})
    assert settings.properties == before
