"""Node.js: the azure-iot-* packages, MQTT.js, MQTTX and Node-RED."""

from __future__ import annotations

from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.python_sdk import MQTT5
from azext_iotdiag.insights.dialects.table import (
    Dialect,
    Exactness,
    begins,
    each,
    follows,
    nothing,
    number,
    said,
    works,
    wraps,
)

_EITHER_QUOTA = "hub-403002 hub-403006"

DIALECT = Dialect(
    "node",
    "the Azure IoT SDK for Node.js, or MQTT.js",
    r"azure-iot-|mqtt\.js|node:internal|node_modules|node-red|mqttx|amqp10|rhea|mqttjs|at \S+ \(?(?:/|"
    r"[a-z]:\\)\S+\.js:\d",
    (
        begins("connecting", r"-> connecting\b|disconnected -> connecting"),
        begins("connect attempt"),
        works("connecting -> connected", r"connecting -> connected\b"),
        works('"returncode":0'),
        works("client connected", r"\bclient connected\b"),
        nothing("operation start time"),
        nothing("processing frame: @detach", r"processing frame: @detach.{0,200}amqp:link:redirect"),
        *(
            said(f"getaddrinfo {error}", "name-not-resolved")
            for error in ("enoent", "eai_fail", "eai_again", "etimeout")
        ),
        nothing("error", r"error: (?:null|undefined)\b", whole=False),
        number('"returncode"', r'"returnCode":([1-5])\b', CONNACK),
        number("connection refused", r"connection refused: [\w ]+[^\n]{0,40}\bcode\W{1,4}([1-5])\b", CONNACK),
        number("connection refused", r"connection refused: [\w ]+[^\n]{0,40}\bcode\W{1,4}(13\d)\b", MQTT5),
        *each(("connection refused: identifier rejected",), "mqtt-client-id-refused"),
        said("connack timeout", "connack-missing"),
        said("keepalive timeout", "mqtt-no-ping-response"),
        said("premature close", "connection-dropped"),
        said("message not acknowledged", "puback-missing"),
        follows("client disconnecting", "sdk-no-connection"),
        said("iothubquotaexceedederror", _EITHER_QUOTA, exactness=Exactness.WRAPPER),
        said("toomanydeviceserror", "hub-403006", exactness=Exactness.STATUS),
        wraps(
            "failure on first connection", "sdk-connection-failed", r"failure on first connection \(not authorized\)"
        ),
        wraps("serviceunavailableerror", "mqtt-server-unavailable hub-503001"),
        wraps("devicenotfounderror", "hub-404001"),
        wraps("unauthorizederror", "sdk-unauthorized"),
        wraps("notconnectederror", "sdk-connection-failed"),
        wraps("notimplementederror", ""),
        wraps("connection to the server has been closed", "sdk-connection-failed"),
        wraps("timeouterror", "sdk-operation-timeout"),
    ),
    {
        "certificate-untrusted": "Pass the root by client.setOptions({ ca: fs.readFileSync(ROOT, 'utf8') }), or set "
        "NODE_EXTRA_CA_CERTS.",
        "mqtt-no-ping-response": "Set client.setOptions({ keepalive: 60 }) (seconds).",
        "device-root-unusable": "Pass the text of the root as client.setOptions({ ca }), not its path.",
        "clock-skew": "Start the program after the clock is set (systemd: After=time-sync.target).",
        "device-key-unreadable": "Pass the texts of PEM files: client.setOptions({ cert, key, passphrase }).",
    },
)
