"""What device SDKs say of themselves: reasons of a status change, and errors that are none of the service's."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_RETRIES = "https://learn.microsoft.com/azure/iot/concepts-manage-device-reconnections"
_SAS = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas"

_AREA = Area(links=(_RETRIES,), places=(Place.SDK,))

BAD_CREDENTIAL = _AREA.entry(
    code="sdk-bad-credential",
    title="The SDK gives up because the credential was refused",
    meaning="The service refused the log-in, and the SDK takes that as final: it does not try again.",
    causes=(
        Cause(
            "The connection string holds a key that is not the device's any more.",
            (
                "Read it again: `az iot hub device-identity connection-string show -n HUB -d DEVICE` (prints a "
                "key; needs the azure-iot extension).",
                "Restart the client with it; a client that has given up stays disconnected.",
            ),
            confirm="`az iot diag simulate --connection-string @device.txt --message-count 1` is refused with it, too; "
            "this disconnects a device that runs.",
        ),
        Cause(
            "The device is disabled, or the hub keeps its address out; the SDK cannot tell these apart.",
            ("Look at the device's status, then at the hub's networking.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` says disabled.",
        ),
    ),
    aliases=("Bad_Credential", "IOTHUB_CLIENT_CONNECTION_BAD_CREDENTIAL", "CredentialError"),
    links=(_SAS, _RETRIES),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

UNAUTHORIZED_ERROR = _AREA.entry(
    code="sdk-unauthorized",
    title="The SDK reports that it may not connect",
    meaning="The Python and npm SDKs give this name to a refused log-in. The npm SDK also gives it to a failed TLS "
    "handshake over MQTT. The words behind the name decide.",
    causes=(
        Cause(
            "The hub refused the log-in: a wrong key, an expired token, a disabled or unknown device.",
            ("Look up what the message quotes, such as Connection Refused: not authorised.",),
            confirm="The message speaks of a refused connection or of return code 4 or 5.",
        ),
        Cause(
            "With the npm SDK: the certificate of the server was not trusted, and no log-in took place.",
            ("Give the SDK the missing root, by its option ca or by NODE_EXTRA_CA_CERTS.",),
            confirm="The message speaks of a certificate, an issuer or an authority.",
        ),
    ),
    aliases=("UnauthorizedError",),
    links=(_SAS, _RETRIES),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

TOKEN_EXPIRED = _AREA.entry(
    code="sdk-token-expired",
    title="The token of the connection has expired",
    meaning="The SDK was given a token, not the key to make new ones with, or did not get round to renewing it.",
    causes=(
        Cause(
            "The program was given a fixed token.",
            ("Give the SDK the key, or hand it a fresh token before the old one ends.",),
            confirm="The connection string holds SharedAccessSignature and no SharedAccessKey.",
        ),
        Cause(
            "The device's clock is wrong or jumped.",
            ("Set the clock before the SDK starts, and make tokens by it only when it is synchronised.",),
            confirm="Compare the device's time with that of the log it writes to elsewhere.",
        ),
    ),
    aliases=("Expired_SAS_Token", "IOTHUB_CLIENT_CONNECTION_EXPIRED_SAS_TOKEN"),
    links=(_SAS,),
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

RETRY_EXPIRED = _AREA.entry(
    code="sdk-retry-expired",
    title="The SDK has stopped trying to connect",
    meaning="The retry policy allows some time or some attempts. They are used up, and nothing more happens until the "
    "program opens the client again.",
    causes=(
        Cause(
            "The network was away for longer than the policy allows.",
            ("Open the client again on this status, or set a policy that never ends.",),
            confirm="The log shows failed attempts with growing pauses before it.",
        ),
    ),
    aliases=("Retry_Expired", "IOTHUB_CLIENT_CONNECTION_RETRY_EXPIRED"),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

NO_NETWORK = _AREA.entry(
    code="sdk-no-network",
    title="The SDK finds no network",
    meaning="No connection could be made at all, so the SDK supposes that the device is offline.",
    causes=(
        Cause(
            "The device is offline, or its DNS does not answer.",
            ("Check the uplink: resolve the hub's name on the device itself.",),
            confirm="`nslookup HUB.azure-devices.net` on the device fails.",
        ),
    ),
    aliases=("No_Network", "IOTHUB_CLIENT_CONNECTION_NO_NETWORK"),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
)

COMMUNICATION_ERROR = _AREA.entry(
    code="sdk-communication-error",
    title="The SDK lost its connection and does not know why",
    meaning="The connection broke without a reason from the service. The SDK connects again by its retry policy.",
    causes=(
        Cause(
            "Network, firewall or proxy ended the connection.",
            ("Look what stands in between, and compare with a device in another network.",),
            confirm="The Connections log of the hub has 404104 for the same moment.",
        ),
        Cause(
            "The same identity connected from elsewhere.",
            ("Search for a second program with this device's key.",),
            confirm="The Connections log has 400027 or 409002 for the same moment.",
        ),
    ),
    aliases=(
        "Communication_Error",
        "IOTHUB_CLIENT_CONNECTION_COMMUNICATION_ERROR",
        "IotHubCommunicationException",
        "ConnectionDroppedError",
        "TransportException",
    ),
    links=(_RETRIES, "https://learn.microsoft.com/azure/iot-hub/iot-hub-troubleshoot-connectivity"),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
)

CONNECTION_FAILED = _AREA.entry(
    code="sdk-connection-failed",
    title="The SDK could not connect",
    meaning="An attempt to connect failed below the log-in: name, port, TLS or proxy. The error beneath says which.",
    causes=(
        Cause(
            "The cause is in the error beneath, such as a refused port or an untrusted certificate.",
            ("Read on in the log to the innermost error, and look that one up here.",),
            confirm="Words such as Caused by, cause or inner exception lead to it.",
        ),
    ),
    aliases=("ConnectionFailedError", "NotConnectedError"),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
)

NO_CONNECTION = _AREA.entry(
    code="sdk-no-connection",
    title="The program uses a client that is not connected",
    meaning="An operation was asked for while there was no connection, and none was made for it.",
    causes=(
        Cause(
            "The program sends before connecting, or after the connection was lost for good.",
            ("Connect first, watch the connection state, and keep what cannot be sent.",),
            confirm="The log shows no successful connect before it, or a disconnect.",
        ),
    ),
    aliases=("NoConnectionError",),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

OPERATION_TIMEOUT = _AREA.entry(
    code="sdk-operation-timeout",
    title="The service did not answer the SDK in time",
    meaning="The message was not acknowledged within the SDK's deadline, although the connection looked alive.",
    causes=(
        Cause(
            "The connection is dead, and its end has not been noticed.",
            ("Let the SDK connect anew, and send again; receivers must be ready for doubles.",),
            confirm="A lost connection is reported within the keep-alive time.",
        ),
        Cause(
            "The line is slow, or the service delays what comes too fast.",
            ("Raise the deadline, and send less at a time.",),
            confirm="Small messages get through.",
        ),
    ),
    aliases=("OperationTimeout", "OperationTimeoutError"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)
