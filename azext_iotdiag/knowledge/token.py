"""What may be wrong with a SAS token, its signature, or the clock by which it was made."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_SAS = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas"
_ERRORS = "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes"
_DPS = "https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation"

_AREA = Area(links=(_SAS,), fixers=(Fixer.DEVICE_DEVELOPER,), places=(Place.TOOL,))

SAS_MALFORMED = _AREA.entry(
    code="sas-malformed",
    title="The token is no SAS token, or not a whole one",
    meaning="A token reads `SharedAccessSignature sr=RESOURCE&sig=SIGNATURE&se=EXPIRY`, with &skn=POLICY behind it "
    "where a policy's key made it. A service takes nothing that departs from that.",
    causes=(
        Cause(
            "It was cut when it was copied or stored: a buffer that is too short, an & that a shell took for its own.",
            ("Copy it whole and in quotation marks, and give buffers 512 bytes.",),
            confirm="Count the characters on both sides.",
        ),
        Cause(
            "The signature is not URL-encoded or was encoded in the wrong order.",
            ("Sign first, write the signature in base64, then URL-encode that text.",),
            confirm="Compare with a token of `az iot diag sas create`.",
        ),
    ),
)

SAS_EXPIRED = _AREA.entry(
    code="sas-expired",
    title="The token has expired",
    meaning="A token ends at the second since 1970 that stands behind se=. A service refuses it from then on, and ends "
    "the connection that it opened.",
    causes=(
        Cause(
            "The program did not make a new token in time.",
            ("Make a new token before the old one ends; device SDKs that hold the key do this by themselves.",),
            confirm="The token is stored somewhere instead of being made from a key.",
        ),
        Cause(
            "The clock of the machine that made the token is slow, so the token ended before it was used.",
            ("Set that clock by NTP.",),
            confirm="On that machine, `date -u` is off by more than the token's life.",
        ),
    ),
    links=(_SAS, _ERRORS),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.CALLER),
)

SAS_IN_MILLISECONDS = _AREA.entry(
    code="sas-in-milliseconds",
    title="The token's end is written in milliseconds",
    meaning="se= counts seconds since 1970. A number of 13 digits is a time in the distant future, which services are "
    "not documented to take.",
    causes=(
        Cause(
            "The code that makes the token takes a clock that counts milliseconds, as JavaScript and Java have.",
            ("Divide by 1000 and round down before the text is signed.",),
            confirm="se= has 13 digits.",
        ),
    ),
)

SAS_LASTS_LONG = _AREA.entry(
    code="sas-lasts-long",
    title="The token is good for more than a year",
    meaning="A token cannot be taken back but by renewing the key that made it, which ends every other token of it.",
    causes=(
        Cause(
            "It was made to be stored once and for all.",
            ("Keep the key on the device and make tokens of an hour, or renew the key when the device is retired.",),
            confirm="The lifetime in the code that makes it.",
        ),
    ),
)

SAS_FOR_ANOTHER_HOST = _AREA.entry(
    code="sas-for-another-host",
    title="The token is for another hub",
    meaning="sr= begins with the host of the hub, and a hub takes no token that names another.",
    causes=(
        Cause(
            "The device was moved to another hub, and its token was made before.",
            ("Make the token for the hub that the device talks to.",),
            confirm="Provisioning names another assignedHub than the token.",
            only_if="token-names-hub",
        ),
        Cause(
            "The host is that of a gateway, a private endpoint, or of the provisioning service.",
            ("Name the hub itself, NAME.azure-devices.net, also where the connection goes through another host.",),
            confirm="The host behind sr= is none of `az iot hub list --query [].properties.hostName`.",
            only_if="token-names-no-hub",
        ),
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

SAS_FOR_ANOTHER_DEVICE = _AREA.entry(
    code="sas-for-another-device",
    title="The token is for another device",
    meaning="sr= names a device. The token opens only that device and its modules.",
    causes=(
        Cause(
            "Settings of two devices were mixed up, or an image was copied with one device's token in it.",
            ("Give each device a token of its own.",),
            confirm="Another device uses the very same token.",
        ),
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

SAS_CASE_DIFFERS = _AREA.entry(
    code="sas-case-differs",
    title="The token names the device with other capital letters",
    meaning="Ids of devices and modules, and the words devices and modules before them, count with their case; only "
    "the host does not.",
    causes=(
        Cause(
            "The code that makes the token turns the whole resource into lower case.",
            ("Leave the path as it is; at most the host may be changed.",),
            confirm="The id in the registry has capital letters: `az iot diag device show --login @hub.txt "
            "--device-id DEVICE`.",
        ),
    ),
)

SAS_PATH_DIFFERS = _AREA.entry(
    code="sas-path-differs",
    title="The token names no device in the way that a hub expects",
    meaning="A device's resource is HOST/devices/DEVICE, a module's HOST/devices/DEVICE/modules/MODULE, a "
    "registration's ID_SCOPE/registrations/REGISTRATION.",
    causes=(
        Cause(
            "A part is left out, such as /devices/ before the id, or one too many is there.",
            ("Write the resource as shown, without a slash at either end.",),
            confirm="Decode sr= and compare it part by part.",
        ),
        Cause(
            "It is a module's token, used for the device.",
            ("Use the device's own key and string for the device.",),
            confirm="sr= goes on with /modules/.",
            only_if="token-names-module",
        ),
    ),
)

SAS_ENCODED_TWICE = _AREA.entry(
    code="sas-encoded-twice",
    title="The token's resource is URL-encoded twice",
    meaning="After one decoding sr= still holds %2F, so the hub looks for a host of that very name.",
    causes=(
        Cause(
            "The resource was encoded, and then a library that builds query strings encoded it again.",
            ("Encode once: put the encoded resource into the token as it is.",),
            confirm="sr= holds %252F.",
        ),
    ),
)

SAS_NAMES_SCHEME = _AREA.entry(
    code="sas-names-scheme",
    title="The token's resource begins with a scheme",
    meaning="The documentation of IoT Hub writes the resource without https:// or sb://, which belongs into tokens of "
    "Event Hubs.",
    causes=(
        Cause(
            "The code was written for Event Hubs, Service Bus or storage.",
            ("Leave the scheme out for IoT Hub.",),
            confirm="Decode sr= and look at its first characters.",
        ),
    ),
)

SAS_POLICY_DIFFERS = _AREA.entry(
    code="sas-policy-differs",
    title="The token names another policy than it should",
    meaning="skn= says whose key made the signature. A policy's token names that shared access policy. A device's "
    "token for a hub leaves skn= out. A device's token for the provisioning service has `registration`, or leaves it "
    "out.",
    causes=(
        Cause(
            "The device's key was used, and skn= names a policy.",
            ("Leave skn= out of a device's token.",),
            confirm="The key that made it is the device's.",
            only_if="no-policy-is-wanted",
        ),
        Cause(
            "The policy's key was used, and skn= is missing or names another policy.",
            ("Write the name of the policy whose key signs, with its capital letters.",),
            confirm='`az iot hub policy list --hub-name HUB --query "[].{name:keyName, rights:rights}"` shows the '
            "names.",
            only_if="policy-is-wanted",
        ),
    ),
    links=(_SAS, _DPS),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
)

CLOCK_SKEW = _AREA.entry(
    code="clock-skew",
    title="This machine's clock and the service's differ",
    meaning="A token's end is written by one clock and judged by the other. More than five minutes between them make a "
    "service refuse what seems to be in order.",
    causes=(
        Cause(
            "The machine does not set its clock by the network, or started without.",
            ("Set the clock by NTP, and wait for that before the first connection.",),
            confirm="`az iot diag sas inspect --check-clock` no longer tells a difference.",
        ),
        Cause(
            "A proxy in between answers with a time of its own.",
            ("Compare with another way to the service, without the proxy.",),
            confirm="The difference is gone without the proxy.",
        ),
    ),
    links=(_ERRORS,),
    retry=Retry.LATER,
    fixers=(Fixer.CALLER, Fixer.DEVICE_DEVELOPER),
)

SAS_SIGNED_BY_ANOTHER_KEY = _AREA.entry(
    code="sas-signed-by-another-key",
    title="The token was signed with another key",
    meaning="A signature can be made again from resource, end and key. None of the compared keys gives the signature "
    "in the token.",
    causes=(
        Cause(
            "The key was renewed after the token, or the key on the device, was set.",
            (
                "Give it the present key: `az iot hub device-identity connection-string show -n HUB -d DEVICE` "
                "(prints a key; needs the azure-iot extension).",
            ),
            confirm="The device worked until the key was renewed.",
        ),
        Cause(
            "The key belongs to another device, policy or enrollment.",
            ("Find out whose key it is, and use the key of the resource that the token names.",),
            confirm="The token's own sr= and skn= name what the key should belong to.",
        ),
        Cause(
            "Resource or end were changed after the token was signed.",
            ("Sign again after each change.",),
            confirm="The code signs one text, and writes another.",
        ),
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

SAS_KEY_NOT_DECODED = _AREA.entry(
    code="sas-key-not-decoded",
    title="The key was used as text, without decoding its base64",
    meaning="IoT Hub and its provisioning service sign with the bytes that the base64 stands for; Event Hubs sign with "
    "the text.",
    causes=(
        Cause(
            "The code uses the key's characters as the key, perhaps because it was written for Event Hubs.",
            ("Decode the key from base64 before it goes into HMAC-SHA256.",),
            confirm="The token of `az iot diag sas create` with the same key differs in sig= alone.",
        ),
    ),
)

SAS_SIGNED_UNENCODED = _AREA.entry(
    code="sas-signed-unencoded",
    title="The resource was signed before it was URL-encoded",
    meaning="The signature is over the resource as it stands behind sr=, encoded, then a line feed and the end.",
    causes=(
        Cause(
            "The code signs the plain resource, and encodes it only for the token.",
            ("Encode first, then sign what is encoded.",),
            confirm="Print the text that goes into HMAC: it must hold %2F and no slash.",
        ),
    ),
)

SAS_SIGNED_BY_GROUP_KEY = _AREA.entry(
    code="sas-signed-by-group-key",
    title="The token was signed with the key of the enrollment group",
    meaning="A device of a symmetric group signs with a key of its own, derived from the group's key. The group's key "
    "must not be on any device.",
    causes=(
        Cause(
            "The group's key was put on the device in place of the derived one.",
            (
                "Derive it: `az iot dps enrollment-group compute-device-key --key KEY --registration-id ID` "
                "(prints a key; needs the azure-iot extension).",
                "Renew the group's key: a program that holds it can be any device of the group.",
            ),
            confirm="The key on the device equals the key that the enrollment group shows.",
        ),
    ),
    links=(_DPS,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)
