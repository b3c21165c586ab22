"""Bytes of the real service, from traces that users published in issues on GitHub: read as they were meant."""

from __future__ import annotations

from azext_iotdiag.wire.amqp.frames import Frame, FrameBuffer
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import Flow, Open, SaslOutcome, Transfer
from azext_iotdiag.wire.amqp.salvage import salvage
from azext_iotdiag.wire.amqp.types import Timestamp


def frame(text: str) -> Frame:
    buffer = FrameBuffer(65536)
    buffer.feed(bytes.fromhex(text))
    found = buffer.next()
    assert isinstance(found, Frame) and buffer.next() is None
    return found


def test_sasl_outcome_of_event_hubs() -> None:
    """amqp/rhea, issue 205."""
    found = frame("0000001a02010000005344c00d025000a00857656c636f6d6521")
    assert (found.sasl, found.performative) == (True, SaslOutcome(0, b"Welcome!"))


def test_open_of_a_device_gateway() -> None:
    """Azure/azure-iot-sdk-node, issue 1089: all ten fields are written."""
    found = frame(
        "0000005b02000000005310c04e0aa12e446576696365476174657761795f3764616230663432633536323431363362653562393332383335"
        "666332313734a1096c6f63616c686f73747000010000601fff700003a9804040404040"
    ).performative
    assert found == Open("DeviceGateway_7dab0f42c5624163be5b932835fc2174", "localhost", 65536, 8191, 240000)


def test_flow_after_a_drain() -> None:
    """Azure/azure-sdk-for-js, issue 3471 (Service Bus): false is written out."""
    found = frame("0000002302000003005313c0160b437000001388520170000007ff4352044343414240")
    flow = Flow(0, 5000, 1, 2047, 0, 4, 0, 0, True, False)
    assert (found.channel, found.performative) == (3, flow)


def test_answer_of_a_management_node() -> None:
    """amqp/rhea, issue 147 (Service Bus)."""
    found = frame(
        "000000d302000001005314c0120b520143a004443f19004340424040404042005373c0330d4040404040a124386361306562"
        "30632d323439392d343936322d386531622d36663166373336363737333040404040404040005374c15308a10a737461747573436f64"
        "6571000000c8a10e6572726f72436f6e646974696f6e40a1117374617475734465736372697074696f6e40a119636f6d2e6d6963726f"
        "736f66743a747261636b696e672d696440005377c11f02a11073657175656e63652d6e756d62657273e00a0181001d00000000000d"
    )
    assert isinstance(found.performative, Transfer)
    assert found.performative[:6] == (1, 0, b"\x44\x3f\x19\x00", 0, None, False)
    message = decode_message(found.payload)
    assert message.properties == {"correlation-id": "8ca0eb0c-2499-4962-8e1b-6f1f73667730"}
    assert message.application == {
        "statusCode": 200, "errorCondition": None, "statusDescription": None, "com.microsoft:tracking-id": None,
    }  # fmt: skip
    assert message.value == {"sequence-numbers": [0x1D00000000000D]} and message.body_type == "amqp-value"


METRICS = bytes.fromhex(
    "005371c19608a31d6c6173745f656e7175657565645f73657175656e63655f6e756d626572810000000000048a6ea3146c6173745f656e71"
    "75657565645f6f6666736574a10a38363232363439333230a3166c6173745f656e7175657565645f74696d655f7574638300000162d5aeae"
    "b8a31f72756e74696d655f696e666f5f72657472696576616c5f74696d655f7574638300000162da2ecd91005372c15906a315782d6f7074"
    "2d73657175656e63652d6e756d626572810000000000034379a30c782d6f70742d6f6666736574a10a38353930393437323936a313782d6f"
    "70742d656e7175657565642d74696d6583000001626ecee61a00537345"
)


def test_an_event_with_runtime_metrics_and_a_map_for_a_body() -> None:
    """amqp/rhea, issue 54: delivery annotations come first, and the properties are an empty list."""
    message = decode_message(METRICS + encode_message(value={"a": 1}))
    assert message.delivery_annotations == {
        "last_enqueued_sequence_number": 297582, "last_enqueued_offset": "8622649320",
        "last_enqueued_time_utc": Timestamp(0x162D5AEAEB8), "runtime_info_retrieval_time_utc": Timestamp(0x162DA2ECD91),
    }  # fmt: skip
    assert message.annotations == {
        "x-opt-sequence-number": 213881, "x-opt-offset": "8590947296", "x-opt-enqueued-time": Timestamp(0x1626ECEE61A)
    }  # fmt: skip
    assert (message.properties, message.value, message.body_type) == ({}, {"a": 1}, "amqp-value")


def test_the_null_body_of_azure_event_hubs_for_javascript() -> None:
    """Azure/azure-sdk-for-js, issue 29832."""
    found = salvage(bytes.fromhex("005370450053734500537540"), "")
    assert (found.header, found.properties, found.body) == ({}, {}, b"")
    assert found.problems == ("a data section holds null, not binary",)
