"""What the hub does with each packet of a connected MQTT device, and how it pushes to one."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.audit.endings import BY_HUB
from azext_iotdiag.lab.faults.table import PUBACK_MISSING, TWIN_ERROR
from azext_iotdiag.lab.hub import cloud_messages, methods, refusal, sessions, tier, twins
from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.mqtt import topics
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.routing import ingress
from azext_iotdiag.lab.hub.session import DeviceSession, MethodCall
from azext_iotdiag.lab.monitor.definitions import TWIN_READ, TWIN_UPDATE
from azext_iotdiag.lab.net import incoming, mistakes
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.mqtt.fields import MAX_FIELD, SUBSCRIPTION_REFUSED

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.device_access import DeviceAccess
    from azext_iotdiag.lab.hub.identities import Device
    from azext_iotdiag.lab.hub.runtime import Runtime
    from azext_iotdiag.lab.net.stream import TlsStream

MOST_SUBSCRIPTIONS = 5  # "Use MQTT to connect to an IoT hub"
MOST_UNSENT = 1 << 20  # bytes that are pushed to a device which does not read them


log = logging.getLogger(__name__)


class ConnectionEnd(Exception):
    """The connection is over, for the reason in its text; `how` is one of the audit's ENDINGS.

    `code` is that of the end, `log` that of the message which was not taken.
    """

    def __init__(self, reason: str, code: int = 0, how: str = BY_HUB, log: int = 0):
        super().__init__(reason)
        self.code = code
        self.how = how
        self.log = log


@dataclass(eq=False)
class MqttDevice:
    """One device's connection, from an accepted CONNECT to its end. Times are in seconds.

    `version` is the api-version that the device named. One that named none has telemetry, and neither twin nor methods
    (wolfSSL/wolfMQTT#38, andriyadi/AzureIoTHubMQTTClient#5).
    """

    stream: TlsStream
    runtime: Runtime
    access: DeviceAccess
    device: Device
    silence: float
    will: mqtt.Will | None = None
    clean: bool = True
    version: str | None = None
    subscriptions: dict[str, int] = field(default_factory=dict)  # topic filters and the quality granted
    published: int = 0
    ended_by: ConnectionEnd | None = None
    unsettled: dict[int, str] = field(default_factory=dict)  # locks of messages from the cloud, by packet id
    session: DeviceSession = field(init=False)
    _packet_id: int = 0

    def __post_init__(self) -> None:
        self.session = DeviceSession(self.device, "mqtt", self.stream.peer, self.end)

    def end(self, code: int, why: str) -> None:
        """End the connection; MQTT 3.1.1 has no word for the reason."""
        if self.ended_by is None:
            self.ended_by = ConnectionEnd(why, code)
            self.stream.abort()

    def begin(self) -> None:
        """Enter the device among the connected ones, with the subscriptions that outlived its last connection."""
        kept = self.runtime.kept.pop(self.device.name, {})
        if not self.clean:
            self.subscriptions.update(kept)
        sessions.connect(self.runtime, self.session)
        self.subscribed()

    def leave(self) -> None:
        """Take the device out again; what it did not acknowledge, the next connection gets."""
        sessions.leave(self.runtime, self.session)
        cloud_messages.release(self.runtime, self.device, set(self.unsettled.values()))
        kept = {
            name: quality
            for name, quality in self.subscriptions.items()
            if topics.named(name, self.device.path).startswith(self._devicebound)
        }
        if kept and not self.clean:
            self.runtime.kept[self.device.name] = kept

    def audit(self, action: str, outcome: str, reason: str = "", **details: Any) -> None:
        """Note what this device did."""
        self.runtime.record(
            "mqtt", action, outcome, peer=self.stream.peer, who=self.device.name, reason=reason, **details
        )

    # what comes

    def publish(self, packet: mqtt.Publish) -> None:
        """Take a message; raises ConnectionEnd, after a record of why, where IoT Hub closes the connection."""
        try:
            if packet.quality == 2:
                raise ConnectionEnd("quality of service 2, which IoT Hub does not support")
            if topics.is_telemetry(packet.topic, self.device.path):
                self._telemetry(packet)
            elif packet.topic.startswith((topics.TWIN_GET, topics.TWIN_REPORTED)):
                self._judge_tier()
                self._twin_request(packet)
            elif packet.topic.startswith(topics.METHOD_ANSWERS):
                self._method_answer(packet)
            else:
                raise ConnectionEnd(f"the topic {packet.topic!r} is not one of this device's")
        except ConnectionEnd as end:
            self.audit("publish", "refused", str(end), log=end.log)
            raise
        if packet.packet_id is not None and not self.runtime.faults.use(PUBACK_MISSING):
            self.stream.write(mqtt.encode(mqtt.PubAck(packet.packet_id)))

    def _telemetry(self, packet: mqtt.Publish) -> None:
        if packet.quality and self.runtime.faults.find(PUBACK_MISSING) is not None:
            self.audit("publish", "refused", "the fault puback-missing is on: the message is lost")
            return
        store(self, packet)
        self.published += 1
        if self.published == 1:  # the others are counted in the record of the end
            self.audit("publish", "accepted", topic=packet.topic, bytes=len(packet.payload), quality=packet.quality)

    def _judge_tier(self) -> None:
        """A hub of the basic tier closes the connection of a device that asks for its twin, or writes it.

        https://github.com/eclipse-threadx/getting-started/issues/67
        """
        try:
            tier.judge(self.runtime.hub.settings)
        except HubRefusal as wrong:
            raise ConnectionEnd(wrong.reason) from None

    def _twin_request(self, packet: mqtt.Publish) -> None:
        request = topics.request_id(packet.topic)
        try:
            if self.version is None:
                self._refuse(HubRefusal(400001, "the user name names no api-version"), request)
            elif packet.topic.startswith(topics.TWIN_GET):
                self._twin(request)
            else:
                self._report(packet, request)
        except Exception as mistake:
            log.exception("the twin of %s: a mistake of the lab", self.device.name)
            self._answer(f"500/?$rid={request}", error_body(refusal.mistaken(), self.runtime.clock()))
            self.audit("twin", "refused", mistakes.reason(mistake), code=refusal.MISTAKE)

    def _twin(self, request: str) -> None:
        if self._twin_fault(request):
            return
        twin = self.device.twin
        document = {"desired": twin.desired.for_device(), "reported": twin.reported.for_device()}
        self._answer(f"200/?$rid={request}", json.dumps(document).encode())
        self.runtime.count(f"{TWIN_READ}.success")
        self.audit("twin", "accepted", operation="get")

    def _report(self, packet: mqtt.Publish, request: str) -> None:
        if self._twin_fault(request):
            return
        try:
            asked = read_json(packet.payload)
            twins.judge_arrays(asked, self.version or "")
            version = twins.report(self.device.twin, asked, self.runtime.clock())
        except HubRefusal as wrong:
            self.runtime.count(f"{TWIN_UPDATE}.failure")
            self._refuse(wrong, request)
        else:
            self._answer(f"204/?$rid={request}&$version={version}", b"")
            self.runtime.count(f"{TWIN_UPDATE}.success")
            self.audit("twin", "accepted", operation="report", version=version)

    def _twin_fault(self, request: str) -> bool:
        fault = self.runtime.faults.find(TWIN_ERROR)
        if fault is not None:
            self._answer(f"{fault['status']}/?$rid={request}", b"")
            self.audit("twin", "refused", f"the fault twin-error is on: {fault['status']}")
        return fault is not None

    def _refuse(self, wrong: HubRefusal, request: str) -> None:
        self._answer(f"{wrong.status}/?$rid={request}", error_body(wrong, self.runtime.clock()))
        self.audit("twin", "refused", str(wrong), code=wrong.code)

    def _method_answer(self, packet: mqtt.Publish) -> None:
        try:
            status, call = topics.read_method_answer(packet.topic)
        except ValueError:
            raise ConnectionEnd(f"the topic {packet.topic!r} names no status of a method") from None
        why = methods.answer(self.runtime, self.device, call, status, packet.payload)
        self.audit("method", "refused" if why else "accepted", why, status=status)

    def subscribe(self, topic_filter: str, quality: int) -> int:
        """The code for one filter of a SUBSCRIBE: the quality granted, at most 1."""
        why = ""
        if not topics.is_subscribable(topic_filter, self.device.path):
            why = f"{topic_filter!r} is not one of this device's topics"
        elif topic_filter not in self.subscriptions and len(self.subscriptions) >= MOST_SUBSCRIPTIONS:
            why = f"the device has {MOST_SUBSCRIPTIONS} subscriptions already"
        if why:
            self.audit("subscribe", "refused", why)
            return SUBSCRIPTION_REFUSED
        self.subscriptions[topic_filter] = min(quality, 1)
        return self.subscriptions[topic_filter]

    def unsubscribe(self, topic_filters: tuple[str, ...]) -> None:
        """Forget subscriptions."""
        for topic_filter in topic_filters:
            self.subscriptions.pop(topic_filter, None)
        self.subscribed()

    def subscribed(self) -> None:
        """Let the hub know what may be pushed now."""
        session = self.session
        desired = self.version is not None and self._granted(f"{topics.TWIN_DESIRED}?") is not None
        called = self.version is not None and self._granted(f"{topics.METHOD_CALLS}x/?") is not None
        session.on_desired = self._push_desired if desired else None
        session.on_method = self._push_method if called else None
        session.on_message = self._push_messages if self._granted(self._devicebound) is not None else None
        sessions.ready(self.runtime, session)

    @property
    def _devicebound(self) -> str:
        return f"{self.device.path}/messages/devicebound/"

    def acknowledge(self, packet_id: int) -> None:
        """The device has a message from the cloud."""
        lock = self.unsettled.pop(packet_id, "")
        if lock:
            try:
                cloud_messages.complete(self.runtime, self.device, lock)
            except HubRefusal as wrong:
                self.audit("message", "refused", str(wrong), code=wrong.code)
            else:
                self.audit("message", "accepted", "the device has the message")

    # what goes

    def _granted(self, topic: str) -> int | None:
        """The quality with which the device gets messages of a topic; None: it does not."""
        granted = [quality for name, quality in self.subscriptions.items() if topics.covers(name, topic)]
        return max(granted, default=None)

    def _answer(self, rest: str, payload: bytes) -> None:
        topic = topics.TWIN_RESPONSES + rest
        if self._granted(topic) is not None:
            self._push(mqtt.Publish(topic, payload))

    def _push_desired(self, told: Mapping[str, Any]) -> None:
        topic = f"{topics.TWIN_DESIRED}?$version={told['$version']}"
        self._push(mqtt.Publish(topic, json.dumps(told).encode()))
        self.audit("twin", "accepted", operation="desired change", version=told["$version"])

    def _push_method(self, call: MethodCall) -> None:
        topic = f"{topics.METHOD_CALLS}{call.name}/?$rid={call.call_id}"
        self._push(mqtt.Publish(topic, call.payload))
        self.audit("method", "accepted", method=call.name)

    def _push_messages(self) -> None:
        quality = self._granted(self._devicebound)
        while quality is not None and (message := cloud_messages.receive(self.runtime, self.device)) is not None:
            topic = topics.devicebound(self.device.path, message)
            if len(topic.encode()) > MAX_FIELD:
                cloud_messages.reject(self.runtime, self.device, message.lock)
                self.audit("message", "refused", "the properties do not fit an MQTT topic")
            elif quality == 0:
                self._push(mqtt.Publish(topic, message.body))
                cloud_messages.complete(self.runtime, self.device, message.lock)
            else:
                number = self._next_packet_id()
                self.unsettled[number] = message.lock
                again = message.deliveries > 1
                self._push(mqtt.Publish(topic, message.body, 1, number, duplicate=again))
                self.audit("message", "accepted", "sent to the device", delivery=message.deliveries)

    def _next_packet_id(self) -> int:
        locks = {message.lock for message in self.device.messages.waiting}
        self.unsettled = {number: lock for number, lock in self.unsettled.items() if lock in locks}
        self._packet_id = self._packet_id % MAX_FIELD + 1
        while self._packet_id in self.unsettled:
            self._packet_id = self._packet_id % MAX_FIELD + 1
        return self._packet_id

    def _push(self, packet: mqtt.Publish) -> None:
        if self.stream.unsent > MOST_UNSENT:
            self.end(404104, f"the device does not read: {self.stream.unsent} bytes wait for it")
        else:
            self.stream.write(mqtt.encode(packet))


def store(connection: MqttDevice, packet: mqtt.Publish, marks: Mapping[str, str] | None = None) -> None:
    """Hand telemetry to the hub, with properties that the hub adds by itself in `marks`. Raises ConnectionEnd."""
    device, runtime = connection.device, connection.runtime
    try:
        telemetry = topics.read_telemetry(packet.topic, device.path)
    except ValueError as error:
        raise ConnectionEnd(f"a message property is not UTF-8: {error}") from error
    size = len(packet.payload) + telemetry.size
    if size > topics.MAX_MESSAGE:
        raise ConnectionEnd(
            f"a message of {size} bytes with its properties; IoT Hub takes {topics.MAX_MESSAGE} (256 KB)", log=413001
        )
    added = dict(marks or {}) | ({"mqtt-retain": "true"} if packet.retain else {})
    ingress.take(
        runtime,
        device,
        packet.payload,
        system=telemetry.system,
        properties=telemetry.properties | added,
        component=telemetry.component,
        auth=connection.access.auth,
    )


def read_json(payload: bytes) -> Any:
    """JSON that a device sent. Raises HubRefusal."""
    try:
        return incoming.read(payload)
    except incoming.BadJson as wrong:
        raise HubRefusal(400004, f"the body is not JSON: {wrong}") from None


def error_body(wrong: HubRefusal, now: float) -> bytes:
    """A refusal as the newer parts of the hub word it, which the twin is one of."""
    told = {"errorCode": wrong.code, "trackingId": uuid.uuid4().hex, "message": str(wrong)}
    return json.dumps({**told, "timestampUtc": written(now)}).encode()
