"""Codes about TLS from the other side: the server does not accept the client's certificate, or the client has none."""

from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place

_X509 = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-x509"

CLIENT_CERTIFICATE_REFUSED = Entry(
    code="tls-client-certificate-refused",
    title="The server does not accept the device's certificate",
    meaning="A device may log in with a certificate in the handshake. The server answered it with an alert, which is "
    "the last that the device hears.",
    causes=(
        Cause(
            "The certificate has expired, or its issuer is not known to the hub or provisioning service.",
            ("Renew it, and upload and verify the authority that signed it.",),
            confirm="`az iot hub certificate list --hub-name HUB` shows the authorities and whether they are verified.",
        ),
        Cause(
            "The device does not send the intermediate certificates.",
            ("Put leaf and intermediates into one file, the leaf first.",),
            confirm="Count the parts BEGIN CERTIFICATE in the file that the device uses.",
        ),
        Cause(
            "The device sends no certificate although it is registered with one.",
            ("Give certificate and key to the SDK's options for X.509, and x509=true in the connection string.",),
            confirm="`az iot hub device-identity show -n HUB -d DEVICE --query authentication.type` is not sas.",
        ),
    ),
    aliases=(
        "TLSV1_ALERT_UNKNOWN_CA",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "tlsv1 alert unknown ca",
        "sslv3 alert bad certificate",
        "sslv3 alert certificate unknown",
        "sslv3 alert certificate expired",
    ),
    links=(_X509,),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
    places=(Place.SDK,),
)

KEY_DOES_NOT_FIT = Entry(
    code="tls-key-does-not-fit",
    title="The private key does not belong to the certificate",
    meaning="A certificate holds a public key, and only the private one that it was made with can prove it. The "
    "library compares the two before it connects.",
    causes=(
        Cause(
            "Certificate and key come from two different runs, or the certificate was renewed with a new key.",
            ("Put the pair that was made together onto the device.",),
            confirm="`openssl x509 -in CERT -noout -pubkey` and `openssl pkey -in KEY -pubout` print different keys.",
        ),
    ),
    aliases=("KEY_VALUES_MISMATCH", "key values mismatch"),
    links=(_X509,),
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.SDK,),
)
