"""The Azure IoT device SDK for .NET, versions 1 and 2, and MQTTnet."""

from __future__ import annotations

from azext_iotdiag.insights.dialects.sockets import LINUX, WINDOWS, errno_rows
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

_REFUSED = {
    "notauthorized": "device-refused",
    "badusernameorpassword": "device-refused",
    "notauthorised": "device-refused",
    "serverunavailable": "mqtt-server-unavailable",
    "identifierrejected": "mqtt-client-id-refused",
    "unacceptableprotocolversion": "mqtt-version-refused",
    "unacceptedprotocolversion": "mqtt-version-refused",
}
_EITHER_QUOTA = "hub-403002 hub-403006"

DIALECT = Dialect(
    "dotnet",
    "the Azure IoT SDK for .NET",
    r"microsoft\.azure\.devices|microsoft-azure-devices|system\.\w+exception|system\.net\.|   at \w+\.\w+|"
    r"dotnetty|mqttnet|"
    r"status=(?:dis)?connected, reason=|amqpiot",
    (
        works("connected", r"status(?: changed)?\W{1,4}(?:to )?Connected\b[^\n]{0,30}?reason\W{1,4}Connection_?Ok"),
        works("connection_ok", r"\bConnected\b[^\n]{0,40}\bConnection_?Ok\b"),
        begins("openasync", r"\[Microsoft-Azure-Devices-Device-Client-Enter\] \(DeviceClient#\d+, \w*, ?OpenAsync"),
        wraps("operation timeout expired", "sdk-operation-timeout"),
        wraps("did not complete within the allocated time", "sdk-operation-timeout"),
        nothing("client_close"),
        nothing("clientclosed", r"reason\W{1,4}ClientClosed"),
        nothing(
            "client-enter]",
            r"\[Microsoft-Azure-Devices-\w+-Client-(?:Enter|Exit|Associate|Create|Info)\](?!.*(?:exception|fail))",
        ),
        *(said(f"refused{word}", code) for word, code in _REFUSED.items()),
        *(said(f"connectionrefused{word}", code) for word, code in _REFUSED.items()),
        said(
            "connecting failed: ",
            "device-refused",
            r"connect\w* failed[^\n]{0,30}(?:NotAuthorized|BadUserNameOrPassword)",
        ),
        said("quotaexceededexception", _EITHER_QUOTA, exactness=Exactness.WRAPPER),
        wraps("devicenotfoundexception", "hub-404001"),
        wraps("unauthorizedexception", "hub-401002", r"\bUnauthorizedException"),
        wraps("device_disabled", "hub-403012 device-unknown", r"\bDevice_Disabled\b"),
        wraps("devicedisabled", "hub-403012 device-unknown", r"reason\W{1,4}DeviceDisabled\b"),
        wraps("bad_credential", "sdk-bad-credential"),
        wraps("badcredential", "sdk-bad-credential", r"\bBadCredential\b"),
        wraps("communicationerror", "sdk-communication-error", r"reason\W{1,4}CommunicationError\b"),
        wraps("retryexpired", "sdk-retry-expired", r"reason\W{1,4}RetryExpired\b"),
        *(
            said(key, codes, rf"\berror ?code\W{{0,4}}(?:is )?{key}\b", exactness=Exactness.STATUS)
            for key, codes in (
                ("quotaexceeded", _EITHER_QUOTA),
                ("suspended", "hub-403001"),
                ("unauthorized", "hub-401000"),
                ("throttled", "hub-429000"),
            )
        ),
        *(
            said(
                f"connack failed with refused{word}",
                "dps-401" if code == "device-refused" else code,
            )
            for word, code in _REFUSED.items()
        ),
        said("tlsauthenticationerror", "certificate-untrusted", exactness=Exactness.STATUS),
        wraps("networkerrors", "sdk-communication-error", r"\bNetworkErrors\b"),
        wraps("transient network error occurred", "sdk-communication-error"),
        follows("device is now offline"),
        follows("amqp connection is disconnected", "connection-dropped"),
        follows("iothubcommunicationexception", "sdk-communication-error"),
        said("failed to provide certificates in the chain", "device-key-unreadable"),
        said("closedchannelexception", "connection-dropped"),
        said("closedchannelexception: i/o error", "connection-dropped"),
        *(
            wraps(key, "dps-unreached")
            for key in ("amqp transport exception", "mqtt transport exception", "http transport exception")
        ),
        said("socketexception (00000001, 11)", "name-not-resolved"),
        said("unavailable", "name-not-resolved", r"SocketException\b.{0,40}Resource temporarily unavailable"),
        number("socketexception (", r"SocketException \((?:0x[0-9a-f]+|\d{5,8})?,? ?(\d{2,5})\)", {**LINUX, **WINDOWS}),
        said("nosuchhost", "name-not-resolved"),
        said("the ssl connection could not be established", "tls-handshake-failed", exactness=Exactness.WRAPPER),
        said("authentication failed because the remote party has closed the transport stream", "connection-dropped"),
        said("authentication failed, see inner exception", "tls-handshake-failed", exactness=Exactness.WRAPPER),
        *each(
            ("taskcanceledexception", "operationcanceledexception", "a task was canceled"),
            "sdk-operation-timeout",
            exactness=Exactness.ECHO,
        ),
        said("the operation timed out", "server-silent sdk-operation-timeout", exactness=Exactness.WRAPPER),
        *errno_rows(LINUX),
    ),
    {
        "certificate-untrusted": "Add the root to the store of the user or machine that runs the program. In a "
        "container, update "
        "ca-certificates.",
        "device-key-unreadable": "Load the certificate with its chain and key (X509Certificate2 with PFX), and "
        "add intermediates to "
        "the store.",
        "clock-skew": "Start the program after the clock is set (systemd: After=time-sync.target).",
        "mqtt-no-ping-response": "Set KeepAliveInSeconds of MqttTransportSettings below the idle limit of the network.",
    },
)
