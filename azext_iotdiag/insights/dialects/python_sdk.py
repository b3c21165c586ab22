"""Python: azure-iot-device, and paho-mqtt by itself."""

from __future__ import annotations

from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.services import twin
from azext_iotdiag.insights.dialects.sockets import LINUX, errno_rows
from azext_iotdiag.insights.dialects.table import (
    Dialect,
    Exactness,
    begins,
    decided,
    each,
    follows,
    nothing,
    number,
    said,
    works,
    wraps,
)
from azext_iotdiag.insights.stages import Stage

# paho/mqtt/client.py, MQTT_ERR_: what paho says of an end; its numbers are not those of CONNACK.
PAHO = {
    **dict.fromkeys((1, 5, 6, 7), "mqtt-connection-closed"),
    4: "sdk-no-connection",
    8: "tls-handshake-failed",
    11: "device-refused",
    12: "device-refused",
    16: "mqtt-no-ping-response",
}
# Reasons of MQTT 5: https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901031
MQTT5 = {
    128: "mqtt-connection-closed",
    132: "mqtt-version-refused",
    133: "mqtt-client-id-refused",
    134: "device-refused",
    135: "device-refused",
    136: "mqtt-server-unavailable",
    137: "mqtt-server-unavailable",
    141: "mqtt-no-ping-response",
    142: "hub-400027",
    149: "hub-413001",
    151: "hub-403002",
    159: "hub-429001",
}

DIALECT = Dialect(
    "python-sdk",
    "the Azure IoT SDK for Python, or paho-mqtt",
    r"azure\.iot\.device|paho|traceback \(most recent call last\)|mqtt_transport|pipeline_stages|file \"[^\"]+\.py\"|"
    r"site-packages|on_connect|on_disconnect",
    (
        begins("connecting using port", r"connecting using port \d+"),
        begins("connecting to host using"),
        begins("connecting to iothub"),
        begins("registering with provisioning service"),
        works("connected with result code", r"(?<!dis)connected with result code:? ?(?:0\b|Success)"),
        works("received connack", r"received connack \(\d, ?0\)"),
        works("successfully connected to hub"),
        works("rc", r"on_connect\w*[^\n]{0,30}\brc ?[=:]{1,2} ?0\b"),
        works("successfully registered with provisioning service", stage=Stage.PROVISIONED),
        works("payload published for", stage=Stage.MESSAGE),
        nothing("forcing paho disconnect"),
        nothing("suback received for"),
        nothing("disconnected with result code: 0"),
        nothing("normal disconnection"),
        nothing("normal disconnect"),
        nothing("puback", r"puback received for \d+"),
        number("disconnected with result code", r"disconnected with result code: ?(\d+)", PAHO),
        number("paho returned rc", r"paho returned rc ?={1,2} ?(\d+)", PAHO),
        number("unknown rc", r"unknown rc ?={1,2} ?(\d+)", PAHO),
        number("connected with result code", r"(?<!dis)connected with result code:? ?([1-5])\b(?!\.\d)", CONNACK),
        number("reason code", r"(?:connack|connect|disconnect)[^\n]{0,60}reason ?code\W{1,3}(1[2-5]\d)\b", MQTT5),
        *each(
            (
                "rc=not authorized",
                "code not authorized",
                "reason code: not authorized",
                "result code not authorized",
                "result code: not authorized",
                "result code bad user name or password",
            ),
            "device-refused",
        ),
        said("unsupported protocol version", "mqtt-version-refused", r"result code:? unsupported protocol version"),
        said("client identifier not valid", "mqtt-client-id-refused", r"result code:? client identifier not valid"),
        said("server unavailable", "mqtt-server-unavailable", r"result code:? server unavailable"),
        follows(
            "unspecified error",
            "mqtt-connection-closed",
            r"(?:disconnect\w*|result code|reason)[^\n]{0,40}unspecified error",
        ),
        # paho calls its result 1, a connection that was lost, by the name of that number.
        *(
            nothing("out of memory.", rf"{words}: out of memory\.", whole=False)
            for words in ("_disconnect called", "clienterror")
        ),
        said(
            "on_mqtt_disconnect called",
            "mqtt-connection-closed",
            r"on_mqtt_disconnect called: out of memory\.",
            exactness=Exactness.END,
        ),
        said("keep alive timeout", "mqtt-no-ping-response", r"keep ?alive time ?out\b"),
        said(
            "the connection was refused.",
            "mqtt-connection-closed",
            r"(?:on_mqtt_disconnect called|ConnectionFailedError)[^\n]{0,40}the connection was refused\.",
            exactness=Exactness.END,
        ),
        *(  # Adafruit's MiniMQTT
            said(f"connection refused - {words}", code)
            for words, code in (
                ("unauthorized", "device-refused"),
                ("incorrect username/password", "device-refused"),
                ("id rejected", "mqtt-client-id-refused"),
                ("server unavailable", "mqtt-server-unavailable"),
                ("incorrect protocol version", "mqtt-version-refused"),
            )
        ),
        said("the client is not currently connected", "sdk-no-connection", exactness=Exactness.WRAPPER),
        said("authorisation failed.", "device-refused"),
        said("protocolproxyerror", "proxy-refuses"),
        said("error in the iothub client due to tls exchanges", "certificate-untrusted", exactness=Exactness.WRAPPER),
        wraps("tlsexchangeautherror", "certificate-untrusted"),
        said("socks5autherror", "proxy-wants-password"),
        said("socks5 authentication failed", "proxy-wants-password"),
        said("toomanydeviceserror", "hub-403006", r"403 TooManyDevicesError", exactness=Exactness.EXACT),
        decided(
            "twin operation returned status", r"twin operation returned status (\d{3})", lambda match: twin(match[1])
        ),
        decided(
            "received from twin operation", r"error (\d{3}) received from twin operation", lambda match: twin(match[1])
        ),
        decided("service error status code", r"service error status code (\d{3})", lambda match: _dps(match[1])),
        said("failed registration status", "dps-failed"),
        wraps("timed out before provisioning service could respond", "dps-unreached"),
        *(
            wraps(key, codes)
            for key, codes in (
                ("protocolclienterror", "sdk-communication-error"),
                ("connectiondroppederror", "sdk-communication-error"),
                ("connectionfailederror", "sdk-connection-failed"),
                ("credentials invalid, could not connect", "sdk-bad-credential"),
                ("could not connect to iothub", "sdk-connection-failed"),
            )
        ),
        follows("disconnection was unexpected"),
        follows("connection was dropped", "sdk-communication-error"),
        follows("operationcancelled"),
        said("transport timeout on connection operation", "connack-missing", exactness=Exactness.WRAPPER),
        *errno_rows(LINUX),
    ),
    {
        "certificate-untrusted": "Pass server_verification_cert=open(ROOT).read() to create_from_…, or update "
        "the machine's roots.",
        "mqtt-no-ping-response": "Pass keep_alive=30 (seconds) to create_from_….",
        "sdk-token-expired": "Use create_from_connection_string, which renews tokens; create_from_sastoken asks "
        "for new ones.",
        "clock-skew": "Start the program after the clock is set (systemd: After=time-sync.target).",
        "device-root-unusable": "Pass server_verification_cert=open(ROOT).read(): the text, not the path.",
        "device-key-unreadable": "Pass X509(cert_file, key_file, pass_phrase) with paths of PEM files.",
    },
)


def _dps(status: str) -> str:
    return f"name:{status}@dps"
