"""The check `id-fits-mqtt`."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.admission.id_fits_mqtt import id_fits_mqtt
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from tests.checks.judging import verdict


@pytest.mark.parametrize(("device", "seen", "judged"), [
    ("pump#7", {}, "fail"), ("a+b", {}, "fail"), ("pump-7", {}, "pass"), ("$pump:7@x=(1)", {}, "pass"),
    ("pump#7", {"last_activity": 1}, "pass"),  # it came, so that it uses another protocol
])  # fmt: skip
def test_ids(device: str, seen: dict[str, Any], judged: str) -> None:
    assert verdict(id_fits_mqtt, identity=Identity("h", device, **seen))[0] == judged


def test_a_device_that_sends_over_https_is_well() -> None:
    came = NewestMessages("pump#7", came=1)
    assert verdict(id_fits_mqtt, identity=Identity("h", "pump#7"), newest_messages=came) == ("pass", [])
