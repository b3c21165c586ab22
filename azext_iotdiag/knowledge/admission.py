"""What a hub leaves open when it does not let a device in, and why a key is not renewed here."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry

_SAS = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas"
_ERRORS = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_NETWORK = "https://learn.microsoft.com/azure/iot-hub/iot-hub-ip-filtering"

DEVICE_NOT_LET_IN = Entry(
    code="device-not-let-in",
    title="The hub does not let the device in, and does not say why",
    meaning="A hub answers a device with 401 for each of these causes. The registry shows which cause it is; reading "
    "it needs the right RegistryRead.",
    causes=(
        Cause(
            "The key is not one of the device's keys, or no longer one of them.",
            ("Compare it: `az iot diag key test --connection-string @device.txt --login @hub.txt`.",),
            check="key-fits-device",
        ),
        Cause(
            "There is no such device in this hub, or its id has other capital letters.",
            ("Look with `az iot diag device show --login @hub.txt --device-id DEVICE`.",),
            check="identity-readable",
        ),
        Cause(
            "The device is disabled.",
            (
                "Enable it with `az iot hub device-identity update -n HUB -d DEVICE --set status=enabled "
                "--output none` (needs the azure-iot extension).",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` says disabled.",
            only_if="device-is-disabled",
            proven_by="device-is-disabled",
        ),
        Cause(
            "The hub is one of an IoT Central application, which has blocked the device or moved it to another hub.",
            (
                "Look at the device in the application: `az iot diag check --app-id APP --device-id DEVICE`.",
                "Let the device register again, so that it gets its present hub and key.",
            ),
            confirm="`az iot diag device show --app-id APP --device-id DEVICE` shows enabled false, or provisioned "
            "true.",
            only_if="hub-is-of-central",
        ),
        Cause(
            "The hub takes no SAS from devices (disableDeviceSAS), or none from modules.",
            ("Let devices prove themselves with certificates, or switch SAS on again.",),
            confirm="`az iot hub show -n HUB --query properties.disableDeviceSAS` says true.",
            only_if="signed-with-key",
        ),
        Cause(
            "An IP rule or switched-off public access keeps this machine out; the device's address may be treated "
            "otherwise.",
            ("Add the address to the hub's rules.",),
            confirm='`az iot hub show -n HUB --query "properties.[publicNetworkAccess, ipFilterRules]"` shows rules.',
        ),
        Cause(
            "This machine's clock is off by more than five minutes, so that the token seems to have ended.",
            ("Set the clock by NTP.",),
            check="clock-in-sync",
        ),
    ),
    links=(_ERRORS, _NETWORK),
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER, Fixer.OWNER),
    places=(Place.TOOL, Place.HTTP, Place.MQTT),
    undecidable=True,
)

ANSWER_UNDECIDED = Entry(
    code="admission-undecided",
    title="The hub's answer does not tell whether the device is let in",
    meaning="The hub neither accepted nor refused the credential. It is busy, its quota is used up, or its tier lacks "
    "what was asked for.",
    causes=(
        Cause(
            "The code in the answer says what it is.",
            ("Look it up with `az iot diag explain CODE`.",),
            confirm="The evidence holds status and code.",
        ),
    ),
    links=(_ERRORS,),
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.OWNER),
    places=(Place.TOOL, Place.HTTP),
)

MODULE_NOT_TRIED = Entry(
    code="module-not-tried",
    title="The module's credential was not tried",
    meaning="A hub has no request for modules that tries a credential and changes nothing. So nothing was asked with "
    "this string. Only the registry of the hub tells whether it fits.",
    causes=(
        Cause(
            "Only the string of the module was given.",
            (
                "Compare the string with the registry: `az iot diag key test --connection-string @module.txt "
                "--login @hub.txt`.",
                "Or play the module, which ends its connection: `az iot diag simulate --connection-string "
                "@module.txt`.",
            ),
            confirm="The command names no hub.",
        ),
    ),
    links=(_SAS,),
    fixers=(Fixer.CALLER,),
    places=(Place.TOOL,),
)

KEY_IS_DERIVED = Entry(
    code="key-is-derived",
    title="The device's key must be renewed elsewhere, not at the hub",
    meaning="The device does not get this key from the hub: it holds or derives the key itself. The provisioning "
    "service or IoT Central writes the key into the hub. A key renewed at the hub would lock the device out until it "
    "registers again, and then be overwritten.",
    causes=(
        Cause(
            "The device registers through an enrollment group.",
            (
                "Renew one key of the group, and give each device the key derived from the new one before the other "
                "key is renewed.",
                "Or make an individual enrollment for this device, with keys of its own.",
            ),
            confirm="`az iot diag device show --dps-name DPS --enrollment-id GROUP` shows a symmetric group.",
        ),
        Cause(
            "The device has an individual enrollment, which holds its keys.",
            ("Change the keys of the enrollment, then let the device register again.",),
            confirm="`az iot diag device show --dps-name DPS --enrollment-id ENROLLMENT` finds it.",
        ),
        Cause(
            "The hub belongs to an IoT Central application.",
            ("Renew the keys of the device's enrollment group in the application, under Device connection groups.",),
            confirm="The hub's name begins with iotc-.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-dps/how-to-control-access", _SAS),
    fixers=(Fixer.OPERATOR,),
    places=(Place.TOOL,),
)

_CLOCK = Cause(
    "The clock of the device is off by more than five minutes.",
    ("Set the clock by NTP before the first token is made.",),
    confirm="The script of `az iot diag network test --host HOST --script sh` compares the clocks on the device.",
    proven_by="device-has-another-time",
)
_TRUST = Cause(
    "The trust store of the device lacks the root of the server's certificate.",
    ("Add DigiCert Global Root G2 and Microsoft RSA Root CA 2017 to the device's store.",),
    confirm="The device's log names a certificate, or its TLS handshake fails.",
    only_if="device-may-be-unanswered",
    proven_by="device-distrusts",
)
_PATH = Cause(
    "The network of the device blocks the port, opens TLS, or does not know the name.",
    ("Let the device use port 443: MQTT or AMQP over WebSocket.",),
    confirm="The script of `az iot diag network test --host HOST --script sh` tests the device's own network.",
    only_if="device-may-be-unanswered",
    proven_by="device-is-cut-off",
)
_RULES = Cause(
    "The hub's network rules allow the address of this machine, and not the address of the device.",
    ("Add the public address of the device's network to the hub's rules.",),
    check="network-lets-in",
)
_ANOTHER = Cause(
    "The device holds another string or key than the string that was given here.",
    ("Compare the string on the device with this one, character by character.",),
    confirm="The device shows the string that it uses.",
)

WORKS_HERE = Entry(
    code="works-here",
    title="The hub lets the device's string in from this machine",
    meaning="The name of the hub, the device's identity and its key are right. If the device fails with the same "
    "string, its machine or its network is the reason. Its identity is not.",
    causes=(_CLOCK, _TRUST, _PATH, _RULES, _ANOTHER),
    links=(_SAS,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
    places=(Place.TOOL,),
)

WORKS_HERE_NOT_THERE = Entry(
    code="works-here-not-there",
    title="The same works from this machine, and not on the device",
    meaning="The hub accepts the string, so the device's identity is right. The cause is on the device's own machine "
    "or network.",
    causes=(_CLOCK, _TRUST, _PATH, _RULES, _ANOTHER),
    links=(_SAS,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
    places=(Place.TOOL,),
    undecidable=True,
)
