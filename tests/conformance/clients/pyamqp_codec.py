"""azure-eventhub's AMQP codec as a filter: a JSON request per line in, a JSON reply per line out.

Runs in the Python of the clients, so it imports nothing of ours. Requests and replies are those of
../node/rhea_codec.js; but what this codec reads has no types left: text, symbols and binaries are bytes.
"""

from __future__ import annotations

import json
import struct
import sys
import traceback
import uuid

from azure.eventhub._pyamqp import _decode, _encode, endpoints, error, outcomes, performatives
from azure.eventhub._pyamqp.message import Header, Message, Properties
from azure.eventhub._pyamqp.types import TYPE, VALUE, AMQPTypes

FRAMES = {
    0x10: performatives.OpenFrame, 0x11: performatives.BeginFrame, 0x12: performatives.AttachFrame,
    0x13: performatives.FlowFrame, 0x14: performatives.TransferFrame, 0x15: performatives.DispositionFrame,
    0x16: performatives.DetachFrame, 0x17: performatives.EndFrame, 0x18: performatives.CloseFrame,
    0x40: performatives.SASLMechanism, 0x41: performatives.SASLInit, 0x42: performatives.SASLChallenge,
    0x43: performatives.SASLResponse, 0x44: performatives.SASLOutcome, 0x1D: error.AMQPError,
    0x23: outcomes.Received, 0x24: outcomes.Accepted, 0x25: outcomes.Rejected, 0x26: outcomes.Released,
    0x27: outcomes.Modified, 0x28: endpoints.Source, 0x29: endpoints.Target,
}  # fmt: skip


def tree(value):
    """What the codec read, as a tree of [kind, content]."""
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["boolean", value]
    if isinstance(value, int):
        return ["integer", str(value)]
    if isinstance(value, float):
        return ["double", struct.pack(">d", value).hex()]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return ["bytes", bytes(value).hex()]
    if isinstance(value, str):  # only the names that it gives to outcomes
        return ["bytes", value.encode().hex()]
    if isinstance(value, uuid.UUID):
        return ["uuid", value.hex]
    if isinstance(value, dict):
        return ["map", [tree(part) for pair in value.items() for part in pair]]
    return ["list", [tree(element) for element in value]]


def typed(node):
    """The other way: a tree as the codec's own typed value."""
    kind, *content = node
    if kind == "null":
        return None
    if kind == "described":
        return {TYPE: AMQPTypes.described, VALUE: (typed(content[0]), typed(content[1]))}
    value = content[0]
    if kind in ("list", "array"):
        value = [typed(element) for element in value]
    elif kind == "map":
        value = list(zip(map(typed, value[::2]), map(typed, value[1::2])))
    elif kind in ("float", "double"):
        value = struct.unpack(">d", bytes.fromhex(value))[0]
    elif kind in ("binary", "uuid"):
        value = bytes.fromhex(value)
    elif kind not in ("boolean", "string", "symbol"):
        value = int(value)
    return {TYPE: getattr(AMQPTypes, kind), VALUE: value}


def field(value):
    """A field as the request has it, for the codec's named tuples."""
    if isinstance(value, list):
        return [field(element) for element in value]
    if not isinstance(value, dict):
        return value
    if "hex" in value:
        return bytes.fromhex(value["hex"])
    if "uuid" in value:
        return uuid.UUID(value["uuid"])
    if "map" in value:
        return {key: field(entry) for key, entry in value["map"]}
    if "described" in value:
        return tuple(value["described"])
    return FRAMES[value["code"]](*map(field, value["fields"]))


def do_value(request, data):
    rest, value = _decode._DECODE_BY_CONSTRUCTOR[data[0]](data[1:])
    if rest:
        raise ValueError(f"{len(rest)} bytes left")
    own = bytearray()
    _encode.encode_value(own, typed(request["tree"]))
    return tree(value), own


def do_frame(request, data):
    code, fields = _decode.decode_frame(data[8:])
    arguments = [field(value) for value in request["fields"]]
    if code == 0x14:
        arguments.append(bytes.fromhex(request["payload"]))
    header, body = _encode.encode_frame(FRAMES[code](*arguments), b"\x01" if request["sasl"] else b"\x00")
    return tree(fields), header + struct.pack(">H", request["channel"]) + body


def do_message(request, data):
    found = _decode.decode_payload(data)
    fields = {name: field(value) for name, value in request["fields"].items()}
    own = _encode.encode_payload(
        bytearray(),
        Message(
            header=Header(**{name: fields.get(name) for name in Header._fields}),
            properties=Properties(**{name: fields.get(name) for name in Properties._fields}),
            message_annotations=fields["message_annotations"],
            delivery_annotations=fields["delivery_annotations"],
            application_properties=fields["application_properties"],
            data=None if request["body"] is None else [field(request["body"])],
            value=field(request["value"]),
        ),
    )
    return tree(found), own


def main():
    for line in sys.stdin:
        try:
            request = json.loads(line)
            found, own = globals()["do_" + request["do"]](request, memoryview(bytes.fromhex(request["hex"])))
            reply = {"tree": found, "hex": bytes(own).hex()}
        except Exception:  # whatever it is, the test shows it
            reply = {"error": traceback.format_exc()}
        sys.stdout.write(json.dumps(reply) + "\n")


main()
