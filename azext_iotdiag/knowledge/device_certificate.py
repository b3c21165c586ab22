"""What may be wrong with the certificate that a device shows."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place

_X509 = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-x509"

_AREA = Area(links=(_X509,), places=(Place.TOOL,))

DEVICE_CERTIFICATE_EXPIRED = _AREA.entry(
    code="device-certificate-expired",
    title="The device's certificate has expired",
    meaning="A hub refuses every certificate after its end, self-signed or signed by an authority.",
    causes=(
        Cause(
            "The certificate was not replaced in time.",
            ("Give the device a new certificate, and the hub its thumbprint where it is self-signed.",),
            confirm="`openssl x509 -in CERT -noout -dates` shows notAfter in the past.",
        ),
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

DEVICE_CERTIFICATE_NOT_YET_VALID = _AREA.entry(
    code="device-certificate-not-yet-valid",
    title="The device's certificate is not valid yet",
    meaning="A certificate has a beginning as well as an end, and a hub refuses it before.",
    causes=(
        Cause(
            "The clock of the machine that issued it is fast, or the beginning was set on purpose.",
            ("Issue it with a beginning in the past.",),
            confirm="`openssl x509 -in CERT -noout -startdate` lies in the future.",
        ),
    ),
    fixers=(Fixer.DEVICE_DEVELOPER,),
)

DEVICE_CERTIFICATE_ENDS_SOON = _AREA.entry(
    code="device-certificate-ends-soon",
    title="The device's certificate ends within a month",
    meaning="The certificate works today. When it ends, the hub refuses the device, which then gets no messages, "
    "methods or properties either.",
    causes=(
        Cause(
            "Its time is nearly up.",
            ("Roll it over now: register the new thumbprint as the secondary, then change the device.",),
            confirm="`openssl x509 -in CERT -noout -enddate` shows the day.",
        ),
    ),
    fixers=(Fixer.OPERATOR,),
)

THUMBPRINT_DIFFERS = _AREA.entry(
    code="thumbprint-differs",
    title="The hub has the thumbprints of other certificates",
    meaning="For a self-signed certificate the hub keeps a primary and a secondary thumbprint, SHA-1 or SHA-256. It "
    "accepts a certificate with one of them.",
    causes=(
        Cause(
            "The certificate was renewed on the device, and not registered at the hub.",
            (
                "Set it: `az iot hub device-identity update -n HUB -d DEVICE --set "
                "authentication.x509Thumbprint.primaryThumbprint=THUMBPRINT --output none` (needs the azure-iot "
                "extension).",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows another thumbprint.",
        ),
        Cause(
            "The thumbprint of an authority, or of the public key, was registered.",
            ("Register the thumbprint of the certificate that the device itself shows.",),
            confirm="`openssl x509 -in CERT -noout -fingerprint -sha256` of that file equals the registered one.",
        ),
    ),
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
)

COMMON_NAME_DIFFERS = _AREA.entry(
    code="common-name-differs",
    title="The certificate is not named like the device",
    meaning="For a certificate that an authority signed, the hub compares its common name with the device id, letter "
    "by letter.",
    causes=(
        Cause(
            "It was issued for another device, or for a serial number.",
            ("Issue a certificate whose common name is the device id, or name the device like it.",),
            confirm="`openssl x509 -in CERT -noout -subject` shows CN.",
        ),
    ),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
)

THUMBPRINT_MISSING = _AREA.entry(
    code="thumbprint-missing",
    title="The hub holds no thumbprint for the device",
    meaning="The identity says that the device shows a self-signed certificate. The hub knows such a certificate by "
    "its thumbprint, and it holds none.",
    causes=(
        Cause(
            "The identity was made without a thumbprint, or it was removed.",
            (
                "Set it: `az iot hub device-identity update -n HUB -d DEVICE --set "
                "authentication.x509Thumbprint.primaryThumbprint=THUMBPRINT --output none` (needs the azure-iot "
                "extension).",
            ),
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE -o json` shows no thumbprint.",
        ),
    ),
    fixers=(Fixer.OPERATOR,),
)

AUTHORITY_NOT_USABLE = _AREA.entry(
    code="authority-not-usable",
    title="The hub holds no authority for the device's certificate",
    meaning="The identity says that an authority issued the device's certificate. The hub accepts it where it holds a "
    "verified certificate of that authority, or of an authority above it that the device also sends.",
    causes=(
        Cause(
            "The certificate of the authority was uploaded, and its owner did not prove to have its key.",
            (
                "Get a code with `az iot hub certificate generate-verification-code`, and prove the key with "
                "`az iot hub certificate verify`.",
            ),
            confirm="`az iot hub certificate list --hub-name HUB` shows isVerified false.",
        ),
        Cause(
            "The certificate of the authority was never uploaded, or was deleted.",
            ("Upload it: `az iot hub certificate create --hub-name HUB --name NAME --path FILE`.",),
            confirm="`az iot hub certificate list --hub-name HUB` lists none.",
        ),
        Cause(
            "The certificate of the authority has ended.",
            ("Upload the new certificate, and issue the devices' certificates anew.",),
            confirm="`az iot hub certificate list --hub-name HUB` shows an expiry in the past.",
        ),
        Cause(
            "A policy of the Device Registry issues the certificates, and the hub does not have its authority yet.",
            ("Synchronise the credentials of the namespace with the hub.",),
            confirm="The hub is linked to a namespace of the Device Registry.",
        ),
    ),
    fixers=(Fixer.OWNER, Fixer.OPERATOR),
    undecidable=True,
)
