"""Which topics a device may subscribe to, with wildcards in the places in which the hub takes them."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub.mqtt.topics import covers, is_subscribable

DEVICE, MODULE = "devices/d-1", "devices/d-1/modules/m"
GRANTED = [
    (DEVICE, "devices/d-1/messages/devicebound/#"),
    (DEVICE, "devices/+/messages/devicebound/#"),  # azure-sdk-for-c
    (DEVICE, "devices/d-1/messages/devicebound/+"),
    (DEVICE, "$iothub/methods/POST/#"),
    (DEVICE, "$iothub/methods/POST/+/#"),
    (DEVICE, "$iothub/twin/res/#"),
    (DEVICE, "$iothub/twin/res/+/#"),
    (DEVICE, "$iothub/twin/PATCH/properties/desired/#"),
    (MODULE, "devices/d-1/modules/m/inputs/#"),
    (MODULE, "devices/d-1/modules/m/#"),  # azure-iot-sdk-c
    (MODULE, "devices/+/modules/+/inputs/#"),
    (MODULE, "devices/d-1/modules/+/messages/devicebound/#"),
]
REFUSED = [
    (DEVICE, "#"),
    (DEVICE, "+/#"),
    (DEVICE, "devices/#"),
    (DEVICE, "devices/+/#"),
    (DEVICE, "devices/d-2/messages/devicebound/#"),
    (DEVICE, "+/d-1/messages/devicebound/#"),
    (DEVICE, "devices/+/+/devicebound/#"),
    (DEVICE, "devices/d-1/messages/+/#"),
    (DEVICE, "devices/+/messages/events/#"),
    (DEVICE, "devices/d-1/+"),
    (DEVICE, "devices/d-1/#"),
    (DEVICE, "devices"),
    (DEVICE, ""),
    (DEVICE, "devices/+/modules/+/inputs/#"),
    (DEVICE, "$iothub/#"),
    (DEVICE, "$iothub/+/res/#"),
    (DEVICE, "$iothub/twin/PATCH/properties/+/#"),
    (MODULE, "devices/+/+/m/inputs/#"),
    (MODULE, "devices/d-1/modules/other/#"),
    (MODULE, "devices/d-1/#"),
    (MODULE, "devices/+/messages/devicebound/#"),
    (MODULE, "devices/+/modules/other/inputs/#"),
]


@pytest.mark.parametrize(("path", "topic_filter"), GRANTED)
def test_what_is_granted(path, topic_filter):
    assert is_subscribable(topic_filter, path)


@pytest.mark.parametrize(("path", "topic_filter"), REFUSED)
def test_what_stays_refused(path, topic_filter):
    assert not is_subscribable(topic_filter, path)


def test_a_granted_wildcard_covers_the_topic_that_the_hub_uses():
    assert covers("devices/+/messages/devicebound/#", "devices/d-1/messages/devicebound/%24.mid=1")
    assert not covers("devices/+/messages/devicebound/#", "devices/d-1/messages/events/")
