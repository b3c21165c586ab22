"""What may be wrong with how a SAS token was signed."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place

_SAS = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas"
_DPS = "https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation"

SAS_SIGNED_BY_ANOTHER_KEY = Entry(
    code="sas-signed-by-another-key",
    title="The token was signed with another key",
    meaning="A signature can be made again from resource, end and key. With none of the keys compared it comes out as "
    "it stands in the token.",
    causes=(
        Cause(
            "The key was renewed after the token, or the key on the device, was set.",
            ("Give it the present key: `az iot hub device-identity connection-string show -n HUB -d DEVICE`.",),
            confirm="The device worked until the key was renewed.",
        ),
        Cause(
            "The key belongs to another device, policy or enrollment.",
            ("Look up whose key it is, and use the one of the resource that the token names.",),
            confirm="The token's own sr= and skn= name what the key should belong to.",
        ),
        Cause(
            "Resource or end were changed after the token was signed.",
            ("Sign again after each change.",),
            confirm="The code signs one text, and writes another.",
        ),
    ),
    links=(_SAS,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.TOOL,),
)

SAS_KEY_NOT_DECODED = Entry(
    code="sas-key-not-decoded",
    title="The key was used as text, without decoding its base64",
    meaning="IoT Hub and its provisioning service sign with the bytes that the base64 stands for; Event Hubs sign with "
    "the text.",
    causes=(
        Cause(
            "The code takes the key's characters for the key, perhaps because it was written for Event Hubs.",
            ("Decode the key from base64 before it goes into HMAC-SHA256.",),
            confirm="The token of `az iot diag sas create` with the same key differs in sig= alone.",
        ),
    ),
    links=(_SAS,),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL,),
)

SAS_SIGNED_UNENCODED = Entry(
    code="sas-signed-unencoded",
    title="The resource was signed before it was URL-encoded",
    meaning="What is signed is the resource as it stands behind sr=, encoded, then a line feed and the end.",
    causes=(
        Cause(
            "The code signs the plain resource, and encodes it only for the token.",
            ("Encode first, then sign what is encoded.",),
            confirm="Print the text that goes into HMAC: it must hold %2F and no slash.",
        ),
    ),
    links=(_SAS,),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL,),
)

SAS_SIGNED_BY_GROUP_KEY = Entry(
    code="sas-signed-by-group-key",
    title="The token was signed with the key of the enrollment group",
    meaning="A device of a symmetric group signs with a key of its own, derived from the group's; the group's key must "
    "not be on any device.",
    causes=(
        Cause(
            "The group's key was put on the device in place of the derived one.",
            (
                "Derive it: `az iot dps enrollment-group compute-device-key --key KEY --registration-id ID`.",
                "Renew the group's key, since whoever holds it can be any device of the group.",
            ),
            confirm="The key on the device equals the one that the enrollment group shows.",
        ),
    ),
    links=(_DPS,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.TOOL,),
)
