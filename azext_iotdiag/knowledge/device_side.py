"""What goes wrong on the device itself: its files, its memory, its radio, its program."""

from __future__ import annotations

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_TLS = "https://learn.microsoft.com/azure/iot-hub/migrate-tls-certificate"
_PORTS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-protocols"
_X509 = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-x509"
_DPS = "https://learn.microsoft.com/azure/iot-dps/about-iot-dps"

_AREA = Area(fixers=(Fixer.DEVICE_DEVELOPER,), places=(Place.SDK,))

ROOT_UNUSABLE = _AREA.entry(
    code="device-root-unusable",
    title="The device has no usable root certificate",
    meaning="A device trusts a server by a root certificate in its firmware. This device was given none, or a text "
    "that its TLS library cannot read.",
    causes=(
        Cause(
            "The firmware holds no root certificate, or gives none to the TLS library.",
            (
                "Put DigiCert Global Root G2 and Microsoft RSA Root Certificate Authority 2017 into the "
                "firmware, as PEM.",
            ),
            confirm="The source never calls the function that sets the root, or calls it with an empty text.",
        ),
        Cause(
            "The text is cut, has lost its line breaks, or lacks the final line break or the zero behind it.",
            ("Copy the whole PEM text, with a line break after its last line. Mbed TLS counts the final zero, too.",),
            confirm="`openssl x509 -in ROOT.pem -noout -subject` fails for the same text.",
        ),
        Cause(
            "The root is an old one, such as Baltimore CyberTrust Root.",
            ("Replace the root. Keep both new roots, so that the next change needs no new firmware.",),
            confirm="`openssl x509 -in ROOT.pem -noout -subject` names another root.",
        ),
    ),
    links=(_TLS,),
)

KEY_UNREADABLE = _AREA.entry(
    code="device-key-unreadable",
    title="The device cannot read its certificate or private key",
    meaning="The TLS library could not parse the device's own certificate or key. Nothing was sent to the service.",
    causes=(
        Cause(
            "The file is not in the form that the library expects, or has lost its line breaks.",
            ("Write certificate and key anew as PEM, with all line breaks.",),
            confirm="`openssl pkey -in KEY.pem -noout` or `openssl x509 -in CERT.pem -noout` fails.",
        ),
        Cause(
            "The key is protected by a password that the program does not give.",
            ("Give the password, or store the key without one where the device protects it by itself.",),
            confirm="The file says ENCRYPTED PRIVATE KEY.",
        ),
        Cause(
            "The path is wrong, or the program may not read the file.",
            ("Look at the path and the rights with `ls -l`.",),
            confirm="`ls -l` shows no file, or no right to read it for the user of the program.",
        ),
    ),
    links=(_X509,),
)

MEMORY_SHORT = _AREA.entry(
    code="device-memory-short",
    title="The device lacks memory for the connection",
    meaning="A TLS handshake needs about 40 KB of memory in pieces of up to 17 KB. An allocation failed, or a fixed "
    "buffer was too small.",
    causes=(
        Cause(
            "The heap is used up or too fragmented when the connection begins.",
            ("Connect before other parts take memory, and free what is no longer needed.",),
            confirm="The largest free block, printed before the handshake, is less than 20 KB.",
        ),
        Cause(
            "A second TLS session, or a socket that was never closed, holds memory.",
            ("Keep one session, and free the old one before you connect again.",),
            confirm="The first connection works, and a later one fails.",
        ),
        Cause(
            "A buffer of fixed size is too small for the packet or the certificates.",
            ("Enlarge the buffer of the client, such as its packet size or the room for certificates.",),
            confirm="The failure always comes with the same message or step.",
        ),
    ),
    links=(_PORTS,),
)

WIFI_LOST = _AREA.entry(
    code="wifi-lost",
    title="The device has no Wi-Fi",
    meaning="The device lost its access point, or could not join it. The hub is not involved.",
    causes=(
        Cause(
            "The name of the network or its pass phrase is wrong.",
            ("Compare both, letter by letter. Many boards know 2.4 GHz only.",),
            confirm="The reason is 15, 201, 202 or 204, and another device with the same words fails, too.",
        ),
        Cause(
            "The signal is weak, or the access point went away.",
            ("Move the device closer, and look at the signal strength that it prints.",),
            confirm="The reason is 4, 39 or 200, or the strength is below -80 dBm.",
        ),
    ),
    links=(_PORTS,),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)

DPS_UNREACHED = _AREA.entry(
    code="dps-unreached",
    title="The provisioning service was not reached",
    meaning="The client could not connect to the Device Provisioning Service, or got no answer in time. The service "
    "refused nothing.",
    causes=(
        Cause(
            "A firewall blocks the provisioning service, or its name cannot be resolved.",
            ("Allow TCP 8883 or 443 to global.azure-devices-provisioning.net, beside the hub's host.",),
            confirm="`nslookup global.azure-devices-provisioning.net` or a connection to it fails on the device's "
            "network.",
        ),
        Cause(
            "The device does not trust the server's certificate.",
            ("Give the client the root certificates of the service.",),
            confirm="A line before it speaks of TLS, a handshake or a certificate.",
        ),
        Cause(
            "The service takes longer than the client waits, such as with a custom allocation.",
            ("Raise the client's limit, and try again with growing pauses.",),
            confirm="The log shows the state assigning before it.",
        ),
    ),
    links=(_DPS,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
    places=(Place.SDK, Place.DPS),
)

CLOSED_BEFORE_SENT = _AREA.entry(
    code="closed-before-sent",
    title="The client was closed before its message was sent",
    meaning="The program closed or destroyed the client while messages still waited. The client gives them up.",
    causes=(
        Cause(
            "The program does not wait for the confirmations of its messages.",
            ("Count the confirmations, and close the client after the last one.",),
            confirm="The line comes right after the program closes the client.",
        ),
    ),
    links=(_PORTS,),
    retry=Retry.LATER,
)

STORAGE_REFUSES = _AREA.entry(
    code="storage-refuses-upload",
    title="The storage account refuses the device's upload",
    meaning="The hub gave the device an address in a storage account. That account refused the file, not the hub.",
    causes=(
        Cause(
            "The signature of the address has ended, or the device's clock is wrong.",
            ("Ask the hub for a new address right before each upload, and set the clock.",),
            confirm="The address was older than an hour, or the device's time differs by more than five minutes.",
        ),
        Cause(
            "The firewall of the storage account keeps the device out.",
            ("Allow the device's network, or let it upload by another way.",),
            confirm="`az storage account show -n ACCOUNT --query networkRuleSet` denies by default.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-file-upload",),
    retry=Retry.LATER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
)

REVOCATION_UNCHECKED = _AREA.entry(
    code="revocation-unchecked",
    title="Windows cannot check whether a certificate is revoked",
    meaning="The program asks for a check of revocation. Windows fetches the lists over HTTP, and could not.",
    causes=(
        Cause(
            "A firewall blocks HTTP to the authority's servers.",
            ("Allow TCP 80 to the hosts that the certificate names for its lists (CRL and OCSP).",),
            confirm="`certutil -url` with the server's certificate fails to fetch them.",
        ),
    ),
    links=(_TLS,),
    retry=Retry.LATER,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
)

SUBSCRIPTION_REFUSED = _AREA.entry(
    code="mqtt-subscription-refused",
    title="The subscription was refused",
    meaning="SUBACK answers each topic filter. 128 stands for a refusal.",
    causes=(
        Cause(
            "The filter is none that a hub knows, or names another device.",
            ("Use devices/DEVICE/messages/devicebound/#, $iothub/twin/res/# or $iothub/methods/POST/# .",),
            confirm="Compare the filter with the list in the documentation.",
        ),
        Cause(
            "The client asks for QoS 2, which a hub does not have.",
            ("Subscribe with QoS 0 or 1.",),
            confirm="The call that subscribes names QoS 2.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub",),
    places=(Place.SDK, Place.MQTT),
)
