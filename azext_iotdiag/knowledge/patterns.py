"""What rows of a hub's resource log mean together: each row alone says much less."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_DISCONNECTS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-troubleshoot-connectivity"
_MQTT = "https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub"
_LIMITS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling"
_TOKENS = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas"
_ADDRESSES = "https://learn.microsoft.com/azure/iot-hub/iot-hub-ip-filtering"
_FAILOVER = "https://learn.microsoft.com/azure/iot-hub/iot-hub-ha-dr"

_AREA = Area(links=(_DISCONNECTS,), fixers=(Fixer.DEVICE_DEVELOPER,), places=(Place.LOG, Place.TOOL))

RENEWED_BY_RECONNECT = _AREA.entry(
    code="token-renewed-by-reconnect",
    title="The device reconnects to renew its token",
    meaning="Over MQTT a client can show a new token only in a new connection. The device drops out at a steady "
    "interval and is back within seconds. This is normal, and no data is lost where the client keeps its queue.",
    causes=(
        Cause(
            "The SDK ends the connection before the token ends, and connects with a new token.",
            ("Nothing has to be done. A longer token life makes the interval longer.",),
            confirm="The interval is a share of the token's life, such as 48 min of 1 h in the C SDK.",
        ),
        Cause(
            "The hub ends the connection when the token has ended, and the client then makes a new token.",
            ("Let the client renew the token some minutes before its end, to avoid error rows.",),
            confirm="Each end shows 401003, some minutes after the token's life.",
        ),
    ),
    links=(_TOKENS, _MQTT),
    retry=Retry.AUTOMATIC,
)

TOKEN_WITHOUT_LIFE = _AREA.entry(
    code="token-without-life",
    title="The token of the device ends right after it is made",
    meaning="The hub ends each connection with 401003 within 10 min. A hub allows 5 to 10 min after the end of a "
    "token. So these tokens had almost no life left when the device connected.",
    causes=(
        Cause(
            "The clock of the device is behind, and the token's end is computed from it.",
            ("Set the device's clock by NTP before it makes its first token.",),
            confirm="`az iot diag sas inspect --sas-token @token.txt` shows the end of a token of the device.",
        ),
        Cause(
            "The firmware asks for tokens of a few seconds or minutes.",
            ("Give tokens a life of an hour.",),
            confirm="The setting of the token's life in the firmware is below 10 min.",
        ),
    ),
    links=(_TOKENS,),
)

RENEWAL_FAILED = _AREA.entry(
    code="token-renewal-failed",
    title="The device did not return after its token had ended",
    meaning="The last row of the device is the end of its token, after a session about as long as a token lives. "
    "Other devices went on after that.",
    causes=(
        Cause(
            "The client does not connect again with a new token, because its logic for that is missing or faulty.",
            ("Update the SDK, and test a run of the firmware that is longer than the token's life.",),
            confirm="A restart of the device brings it back for as long as a token lives.",
        ),
        Cause(
            "The client was made from a finished token and holds no key, so that it cannot make a new token.",
            ("Give the client a connection string with a key, or a function that fetches new tokens.",),
            confirm="The device's connection string holds SharedAccessSignature and no SharedAccessKey.",
        ),
        Cause(
            "The device was switched off, or lost its network, at about that time.",
            ("Look at the device, and at others at its site.",),
            confirm="`az iot diag device show --hub-name HUB --device-id DEVICE` shows later activity, or none.",
        ),
    ),
    links=(_TOKENS, _DISCONNECTS),
    retry=Retry.NEVER,
)

IDENTITY_SHARED = _AREA.entry(
    code="identity-shared",
    title="Two clients use the identity of one device",
    meaning="A hub keeps one connection for each identity. The clients take it from each other, again and again.",
    causes=(
        Cause(
            "Two devices, or a device and a test program, have the same connection string.",
            ("Give each client an identity of its own, and renew the key of the identity that was copied.",),
            confirm="The rows alternate between two addresses, SDKs or protocols.",
        ),
        Cause(
            "A program makes a new client without closing the one before it.",
            ("Keep one client object, and close it before another is made.",),
            confirm="All rows show one address and one SDK.",
        ),
        Cause(
            "A gateway opens several connections for one device behind it.",
            ("Look at the gateway's log for this device.",),
            confirm="The address is that of a gateway.",
        ),
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

CONNECTION_LOST_OFTEN = _AREA.entry(
    code="connection-lost-often",
    title="The device loses its connection at uneven times",
    meaning="The hub heard nothing for one and a half keep-alive intervals, or the connection broke. The log names "
    "no cause, and the gaps follow no rhythm.",
    causes=(
        Cause(
            "The network of the device drops out, such as weak radio or a router that restarts.",
            ("Compare with the signal strength and the log of the router.",),
            confirm="Other devices at the site show gaps at the same times.",
        ),
        Cause(
            "The firmware blocks, so that the client sends no keep-alive in time.",
            ("Call the client's loop more often, or in a thread of its own.",),
            confirm="The gaps come with long tasks in the device's log.",
        ),
        Cause(
            "The device restarts: a crash, a watchdog, or its power.",
            ("Log the reason of each start.",),
            confirm="The time until it is back is that of a start.",
        ),
    ),
    links=(_DISCONNECTS, _MQTT),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)

IDLE_CUT = _AREA.entry(
    code="idle-connection-cut",
    title="The connection ends after a constant idle time",
    meaning="The connection ends the same time after its last use, and the device is back at once. Something between "
    "device and hub, or the hub itself, gives up idle connections after that time.",
    causes=(
        Cause(
            "A router, firewall or mobile network forgets connections that are idle for this time.",
            ("Set the keep-alive of the client to less than half of the idle time.",),
            confirm="Devices in another network keep their connections.",
        ),
        Cause(
            "The keep-alive of the client is longer than the hub allows: 1177 s.",
            ("Set the keep-alive to 1177 s or less.",),
            confirm="The idle time is 29 min 27 s, or 45 min.",
        ),
    ),
    links=(_MQTT,),
    retry=Retry.AUTOMATIC,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)

DROPPED_AFTER_OPERATION = _AREA.entry(
    code="dropped-after-operation",
    title="The connection ends right after the same operation",
    meaning="The hub refuses an operation of the device, and the connection ends within seconds. The device connects "
    "again and repeats the operation, so that this never ends.",
    causes=(
        Cause(
            "The operation holds a value that the hub does not accept, such as a value that is too long.",
            ("Look at the code of the refused operation, and change what the device writes.",),
            confirm="The refused operation has the same code each time.",
        ),
        Cause(
            "The client takes a refusal as a broken connection.",
            ("Handle the refusal in the firmware, and do not repeat the operation unchanged.",),
            confirm="The device's log shows that the client closes the connection itself.",
        ),
    ),
    retry=Retry.NEVER,
)

SILENT_AFTER_SESSIONS = _AREA.entry(
    code="silent-after-sessions",
    title="Devices fall silent after the same number of sessions",
    meaning="Several devices stop after about the same number of connections, with no error in the log. A resource of "
    "the device that each connection uses up explains that.",
    causes=(
        Cause(
            "Memory or sockets are not given back after each connection.",
            ("Log free memory and open sockets before each connection.", "Keep one connection open instead."),
            confirm="A restart cures the device for the same number of connections.",
        ),
        Cause(
            "The program counts its connections and stops on purpose.",
            ("Look for such a limit in the firmware.",),
            confirm="The number is a round one in the source.",
        ),
    ),
)

RECONNECT_STORM = _AREA.entry(
    code="reconnect-storm",
    title="Many devices connect in the same minute",
    meaning="After an outage all devices come back at once. A hub accepts a limited number of new connections each "
    "second and turns the others away with 429. Devices that try again at a fixed pace keep the storm alive.",
    causes=(
        Cause(
            "The devices try again at once, or all with the same pause.",
            ("Let each device wait a random time that grows with each try, as the SDKs do.",),
            confirm="The connects of the devices stand in the same seconds.",
        ),
        Cause(
            "An outage of a network, a gateway or the service ended at this time.",
            ("Look for the cause of the loss before the storm.",),
            confirm="Most of these devices lost their connection within minutes before.",
        ),
    ),
    links=(_LIMITS, _DISCONNECTS),
    retry=Retry.BACK_OFF,
)

THROTTLED = _AREA.entry(
    code="devices-throttled",
    title="The hub throttles",
    meaning="The hub delays requests above the limits of its units, and refuses them with 429 after that. A refused "
    "message is lost unless the client sends it again.",
    causes=(
        Cause(
            "The devices together send more than the units of the hub allow.",
            ("Send fewer and larger messages, spread them over time, or add units.",),
            confirm="The codes stand at many devices in the same minutes.",
        ),
        Cause(
            "One device sends far more than the others.",
            ("Limit the rate in the firmware of that device.",),
            confirm="Most of the rows are of this one device.",
        ),
    ),
    links=(_LIMITS,),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
)

SITE_REFUSED = _AREA.entry(
    code="site-refused",
    title="The hub refuses all devices of one network",
    meaning="From a time on, all devices with one address are refused, and devices with other addresses are not. The "
    "log does not say whether a rule of the hub does that.",
    causes=(
        Cause(
            "An IP rule of the hub does not let this address in.",
            ("Add the address of the site to the IP rules.",),
            confirm="`az iot hub show --name HUB --query properties.networkRuleSets` lists the rules.",
        ),
        Cause(
            "The site got a new public address, which the rules do not know.",
            ("Ask who runs the network for its public addresses.",),
            confirm="The same devices connected from another address before.",
        ),
        Cause(
            "The devices of the site share what is refused: a certificate authority, or keys that were rolled over.",
            ("Compare their kind of login with that of other devices.",),
            confirm="Devices with another kind of login at this site are let in.",
        ),
    ),
    links=(_ADDRESSES,),
    fixers=(Fixer.OWNER, Fixer.NETWORK),
)

HUB_REFUSES_ALL = _AREA.entry(
    code="hub-refuses-all",
    title="The hub refuses all devices from a time on",
    meaning="Devices in several networks connected before, and are all refused since the same time. A setting of the "
    "hub explains that, and the log does not say which.",
    causes=(
        Cause(
            "Public network access was switched off, or the IP rules were changed.",
            ("Undo the change, or let the devices come by a private endpoint.",),
            confirm='`az iot hub show --name HUB --query "properties.[publicNetworkAccess, networkRuleSets]"`.',
        ),
        Cause(
            "Keys of devices are no longer accepted: `disableDeviceSAS` is set.",
            ("Set it to false, or give the devices certificates.",),
            confirm="`az iot hub show --name HUB --query properties.disableDeviceSAS` is true.",
        ),
        Cause(
            "The CA certificate of the devices was deleted from the hub, or has ended.",
            ("Add and verify the certificate of the authority.",),
            confirm="`az iot hub certificate list --hub-name HUB` does not list it.",
        ),
    ),
    undecidable=True,
    fixers=(Fixer.OWNER,),
)

KEY_REFUSED_SINCE = _AREA.entry(
    code="key-refused-since",
    title="The hub refuses the device's key since a certain time",
    meaning="The device connected before. Since this time all its attempts are refused with 401, and other devices "
    "are let in.",
    causes=(
        Cause(
            "The key of the device was renewed in the registry, and the device still has the old one.",
            ("Give the device the present key.",),
            confirm="`az iot diag key test --login @hub.txt --connection-string @device.txt` compares the keys.",
        ),
        Cause(
            "The device was disabled, or deleted and made again.",
            ("Look at its status, and enable it if that is right.",),
            confirm="`az iot diag device show --hub-name HUB --device-id DEVICE` shows its status.",
        ),
        Cause(
            "The clock of the device is wrong, so that its tokens have ended when they are made.",
            ("Set the clock by NTP.",),
            confirm="`az iot diag sas inspect --sas-token @token.txt` shows the end of a token of the device.",
        ),
    ),
    undecidable=True,
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
)

CERTIFICATE_REFUSED_SINCE = _AREA.entry(
    code="certificate-refused-since",
    title="The hub refuses the certificate since a certain time",
    meaning="The device signs in with a certificate, and connected before. Since this time all its attempts are "
    "refused with 401, and other devices are let in.",
    causes=(
        Cause(
            "The certificate of the device has ended, and it was not renewed.",
            ("Renew the certificate, and find out why the renewal did not happen.",),
            confirm="`openssl x509 -in device.pem -noout -enddate` shows an end at the time of the first refusal.",
        ),
        Cause(
            "The thumbprint in the registry was changed, or the device has a new certificate.",
            ("Enter the thumbprint of the present certificate.",),
            confirm="`az iot diag device show --hub-name HUB --device-id DEVICE` shows the registered thumbprints.",
        ),
        Cause(
            "The device was disabled, or deleted and made again.",
            ("Look at its status, and enable it if it should connect.",),
            confirm="The status of the device in the registry is disabled.",
        ),
    ),
    undecidable=True,
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
)

HUB_FAILED_OVER = _AREA.entry(
    code="hub-failed-over",
    title="The hub moved to its other region",
    meaning="While a hub fails over, it answers that it does not exist or is failing over. After that its name leads "
    "to another address, and its rows come from another region.",
    causes=(
        Cause(
            "An owner of the hub started a failover, or Microsoft did so after an outage of the region.",
            ("Wait for the end of the failover. Let clients resolve the name again and keep trying.",),
            confirm="`az iot hub show --name HUB --query properties.locations` shows the present roles.",
        ),
        Cause(
            "Devices that did not return gave up, because their client takes the answer as final.",
            ("Restart them, and update the SDK.",),
            confirm="They share an SDK version that the returned devices do not have.",
        ),
    ),
    links=(_FAILOVER,),
    retry=Retry.LATER,
    fixers=(Fixer.MICROSOFT, Fixer.OWNER),
)

GROUP_LOST_TOGETHER = _AREA.entry(
    code="group-lost-together",
    title="Devices of one group lost the hub at the same time",
    meaning="Within minutes many devices lost their connection. They share a trait, and devices without it stayed.",
    causes=(
        Cause(
            "They share an address: the site, its provider or its mobile network was down.",
            ("Ask who runs that network what happened at this time.",),
            confirm="The shared trait is the address.",
        ),
        Cause(
            "They share an SDK version: it has a fault, or a roll-out of firmware restarted them.",
            ("Compare with the times of roll-outs, and read the release notes of that version.",),
            confirm="The shared trait is the SDK version.",
        ),
        Cause(
            "They share a TLS version that the hub no longer accepts.",
            ("Update the TLS library of these devices to TLS 1.2.",),
            confirm="The shared trait is the TLS version, and they do not return.",
        ),
    ),
    retry=Retry.LATER,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
)
