"""What may be wrong with a device's connection string or key."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_IDENTITIES = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry"
_SAS = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas"
_GROUPS = "https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation#group-enrollments"

_AREA = Area(links=(_SAS,), fixers=(Fixer.DEVICE_DEVELOPER,), places=(Place.TOOL,))

KEY_MALFORMED = _AREA.entry(
    code="key-malformed",
    title="The string or key is malformed",
    meaning="A device's string has HostName, DeviceId and a key in base64, behind Name= and with semicolons between. "
    "What departs from that is found here before the network is asked.",
    causes=(
        Cause(
            "Characters were lost or came in when it was copied: an end cut off, a line break, quotation marks.",
            (
                "Copy it again, whole: `az iot hub device-identity connection-string show -n HUB -d DEVICE` "
                "(prints a key; needs the azure-iot extension).",
            ),
            confirm="The message names the part and the place.",
        ),
        Cause(
            "A template's placeholder was never filled in.",
            ("Replace the text in brackets by the real value.",),
            confirm="The string holds < or {.",
        ),
    ),
)

STRING_NOT_EXACT = _AREA.entry(
    code="string-not-exact",
    title="The string or key holds characters that do not belong to it",
    meaning="Examples are blanks, line breaks, quotation marks, a byte order mark, an empty part, or capital letters "
    "in the host name. This tool reads the string without them. A device's SDK passes them on: the host name cannot be "
    "resolved, the hub does not know the id, or the signature is wrong.",
    causes=(
        Cause(
            "The string was copied from a page, a mail or a file with what stood around it.",
            ("Remove the characters from the device's setting, at the place that the message names.",),
            confirm="The message names the part and the character's place.",
        ),
        Cause(
            "A script wrote the file with quotation marks, a byte order mark or a line break.",
            (
                "Write the string alone: `az iot hub device-identity connection-string show -n HUB -d DEVICE "
                "--query connectionString -o tsv` (prints a key; needs the azure-iot extension).",
            ),
            confirm="`od -c FILE` shows them.",
        ),
    ),
)

WRONG_KIND_OF_STRING = _AREA.entry(
    code="wrong-kind-of-string",
    title="The string is not a device's connection string",
    meaning="Hubs, provisioning services, event hubs and devices each have strings of their own; they look alike, and "
    "none opens what another does. Only a device's holds DeviceId.",
    causes=(
        Cause(
            "The string of a policy, for a back end, was put on the device.",
            (
                "Give the device its own: `az iot hub device-identity connection-string show -n HUB -d DEVICE` "
                "(prints a key; needs the azure-iot extension).",
                "Renew the policy's key if the device is out of your hands, since the string opens the whole hub.",
            ),
            confirm="The string holds SharedAccessKeyName.",
        ),
    ),
)

STRING_FOR_ANOTHER_HUB = _AREA.entry(
    code="string-for-another-hub",
    title="The string names another hub",
    meaning="A device connects where HostName says; its keys are worth nothing in any other hub.",
    causes=(
        Cause(
            "The device belongs to the other hub, and its data arrives there.",
            ("Look at the device in the hub that its string names.",),
            confirm="`az iot diag device show --hub-name OTHER_HUB --device-id DEVICE` finds it.",
        ),
        Cause(
            "The string is of an old hub, or of the one for tests.",
            (
                "Give the device the string of this hub: `az iot hub device-identity connection-string show -n "
                "HUB -d DEVICE` (prints a key; needs the azure-iot extension).",
            ),
            confirm="The other hub does not know the device, or exists no longer.",
        ),
    ),
    links=(_IDENTITIES,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

STRING_FOR_ANOTHER_DEVICE = _AREA.entry(
    code="string-for-another-device",
    title="The string names another device",
    meaning="A program that connects with this string is that other device to the hub. Two programs at once end each "
    "other's connection.",
    causes=(
        Cause(
            "An image or a configuration of another device was copied.",
            ("Give each device the string of its own identity.",),
            confirm="The other device loses its connection whenever this one has it.",
            only_if="string-differs-otherwise",
        ),
        Cause(
            "The id is written with other capital letters, which count.",
            ("Write DeviceId as the registry does.",),
            confirm="`az iot diag device list --login @hub.txt` shows the spelling.",
            only_if="string-differs-in-case",
            proven_by="string-differs-in-case",
        ),
    ),
    links=(_IDENTITIES,),
)

KEY_CUT = _AREA.entry(
    code="key-cut",
    title="The key is cut off",
    meaning="The given key is the beginning of one of the device's keys. The rest is missing.",
    causes=(
        Cause(
            "A field, a buffer or a terminal was too narrow, or the = at the end was taken for something else.",
            ("Store the whole key; those that hubs make have 44 characters and end in =.",),
            confirm="Count the characters on the device.",
        ),
    ),
)

KEY_HAS_MORE = _AREA.entry(
    code="key-has-more",
    title="The key has extra characters at its end",
    meaning="The given key begins with one of the device's keys, and has further characters behind it.",
    causes=(
        Cause(
            "The next field, a comment or a line break went in with it.",
            ("Remove everything behind the key's last =.",),
            confirm="Show the device's setting with its line ends.",
        ),
    ),
)

KEY_CASE_DIFFERS = _AREA.entry(
    code="key-case-differs",
    title="The key's capital letters were lost",
    meaning="In base64 a and A are different; a key in other letters is another key.",
    causes=(
        Cause(
            "A configuration tool or a database turned it into lower or upper case.",
            ("Store the key as text whose letters are left alone.",),
            confirm="The stored key has no capital letters, or no small ones.",
        ),
    ),
)

KEY_IS_GROUPS = _AREA.entry(
    code="key-is-the-groups",
    title="The key is the enrollment group's, not the device's",
    meaning="A device of a symmetric group has a key that is derived from the group's key and the registration id. The "
    "group's key opens nothing at a hub. With it, any program can register as any device of the group.",
    causes=(
        Cause(
            "The group's key was put on the device.",
            (
                "Derive the device's: `az iot dps enrollment-group compute-device-key --key KEY "
                "--registration-id ID` (prints a key; needs the azure-iot extension).",
                "Take the group's key off every device, and renew it.",
            ),
            confirm="The enrollment group shows the same key.",
        ),
    ),
    links=(_GROUPS,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

KEY_RECODED = _AREA.entry(
    code="key-recoded",
    title="The key is one of the device's, in another encoding",
    meaning="The hub hands out keys in base64. A client decodes the text to bytes, and signs with these. A text that "
    "was encoded once more, or is hexadecimal, gives other bytes, and the hub refuses the signature.",
    causes=(
        Cause(
            "A tool or a program encoded the key once more before it was stored.",
            ("Store the key exactly as the hub shows it: 44 characters that end in =.",),
            confirm="The stored key has another length than the key at the hub.",
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas#sas-token-structure",),
)

KEY_IS_POLICYS = _AREA.entry(
    code="key-is-a-policys",
    title="The key is that of a policy of the hub",
    meaning="The key of a shared access policy opens the hub for back ends. A device that names its own id signs in "
    "with its own key, and the hub refuses any other.",
    causes=(
        Cause(
            "The key was copied from the hub's shared access policies, and not from the device.",
            (
                "Give the device its own string: `az iot hub device-identity connection-string show -n HUB "
                "-d DEVICE` (prints a key; needs the azure-iot extension).",
                "Renew the policy's key if the device is out of your hands, because the key opens the hub.",
            ),
            confirm="The message names the policy.",
        ),
    ),
    links=(_IDENTITIES,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

KEY_IS_ANOTHERS = _AREA.entry(
    code="key-is-another-devices",
    title="The key is that of another device",
    meaning="Each device of a hub has two keys of its own. This one belongs to a device with another id.",
    causes=(
        Cause(
            "The strings of two devices were mixed up.",
            (
                "Give each device its own string, and compare: `az iot diag key test --login @hub.txt "
                "--connection-string @device.txt`.",
            ),
            confirm="The message names the other device.",
        ),
        Cause(
            "The id was changed in the string, and the key was not.",
            ("Take both from the device's own string.",),
            confirm="The device with the other id has this key at the hub.",
        ),
    ),
    links=(_IDENTITIES,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

KEY_OF_ANOTHER_TIME = _AREA.entry(
    code="key-is-not-the-devices",
    title="The key is neither of the device's two keys",
    meaning="A hub keeps a primary and a secondary key for a device and takes either. This is none of them.",
    causes=(
        Cause(
            "The device's keys were renewed after this one was given out.",
            (
                "Give the device the present string: `az iot hub device-identity connection-string show -n HUB "
                "-d DEVICE` (prints a key; needs the azure-iot extension).",
            ),
            confirm="The hub's log of DeviceIdentityOperations shows an update of the device.",
        ),
        Cause(
            "The device was deleted and made anew under the same id, or registered anew, with other keys.",
            ("Let it register again if it comes through DPS, or give it the new string.",),
            confirm="`az iot hub device-identity show -n HUB -d DEVICE --query generationId` (needs the azure-iot "
            "extension) is younger than the key.",
        ),
        Cause(
            "It is the key of another device.",
            ("Look up the string of the device that this key is on.",),
            confirm="`az iot diag key test` with another device id finds it.",
            only_if="key-may-be-anothers",
        ),
        Cause(
            "It is the key of a shared access policy of the hub, which your access does not show.",
            ("Copy the key from the device, and not from the hub's policies.",),
            confirm="`az iot hub policy list --hub-name HUB` (prints a key) holds it.",
            only_if="key-may-be-a-policys",
        ),
    ),
    links=(_IDENTITIES,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

PROOF_DIFFERS = _AREA.entry(
    code="proof-differs",
    title="The device proves itself in another way than the hub expects",
    meaning="An identity takes one of these, and never another: keys (sas), the thumbprints of two certificates "
    "(selfSigned), or certificates of an authority (certificateAuthority).",
    causes=(
        Cause(
            "The identity was made with another authentication type than the device has.",
            ("Make the identity anew with the type that the device has, or equip the device.",),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows it.",
        ),
    ),
    links=(_IDENTITIES,),
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
)

STRING_HOLDS_TOKEN = _AREA.entry(
    code="string-holds-token",
    title="The device's string holds a token, which cannot be renewed",
    meaning="A string with SharedAccessSignature holds a token that was made elsewhere. The device's SDK has no key to "
    "make the next one. The device stops within ten minutes after the token's end.",
    causes=(
        Cause(
            "The token was put into the string in place of the key.",
            (
                "Give the device a string with SharedAccessKey, or a program that gets a new token in time.",
                "Until then, make a token: `az iot diag sas create --connection-string @device.txt`.",
            ),
            confirm="The string holds SharedAccessSignature and no SharedAccessKey.",
        ),
    ),
)

_EDGE = "https://learn.microsoft.com/azure/iot-edge/how-to-manage-device-certificates"
GATEWAY_CERTIFICATE_ENDED = _AREA.entry(
    code="gateway-certificate-ended",
    title="A certificate of the gateway has ended",
    meaning="The device connects to the gateway that its string names, and trusts that gateway's certificates. Once "
    "a certificate has ended, the handshake fails. The hub shows the gateway as connected all the while.",
    causes=(
        Cause(
            "The gateway did not renew its server certificate.",
            ("Renew the certificate on the gateway, and restart its edge hub.",),
            confirm="The gateway's log says that the server certificate is expired.",
        ),
        Cause(
            "An authority's certificate in the gateway's chain has ended.",
            ("Make the chain anew, and give the new root to the devices behind the gateway.",),
            confirm="The subject in the finding is that of an authority.",
        ),
    ),
    links=(_EDGE,),
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
)

GATEWAY_CERTIFICATE_ENDS = _AREA.entry(
    code="gateway-certificate-ends",
    title="A certificate of the gateway ends within 7 days",
    meaning="The devices behind a gateway fail at the handshake when one of its certificates ends.",
    causes=(
        Cause(
            "The gateway has not renewed its certificate yet.",
            ("Renew the certificate on the gateway, or see that it renews it by itself.",),
            confirm="The gateway's log shows when it renews.",
        ),
    ),
    links=(_EDGE,),
    fixers=(Fixer.OPERATOR,),
)
