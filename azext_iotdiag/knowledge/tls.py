"""Codes about TLS: whether each side accepts the certificate of the other."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_AREA = Area(links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-tls-support",), places=(Place.TOOL, Place.SDK))

CERTIFICATE_UNTRUSTED = _AREA.entry(
    code="certificate-untrusted",
    title="The authority of the server's certificate is not trusted",
    causes=(
        Cause(
            "A proxy on the way inspects TLS and shows a certificate of its own.",
            (
                "Compare the issuer in the evidence with Microsoft's or DigiCert's; another name is the proxy's.",
                "Put the proxy's root certificate and the public ones into a PEM file, and name it in "
                "REQUESTS_CA_BUNDLE.",
            ),
            confirm="`openssl s_client -connect HUB.azure-devices.net:443 -servername HUB.azure-devices.net` shows "
            "the issuer.",
            only_if="issuer-is-another",
        ),
        Cause(
            "The client's list of root certificates is too old to hold DigiCert Global Root G2.",
            ("Update the operating system's root certificates (on Debian and Ubuntu the package ca-certificates).",),
            confirm="The issuer is DigiCert's or Microsoft's, and another machine trusts it.",
            only_if="issuer-is-public",
        ),
        Cause(
            "The server is a lab, and this terminal does not know its authority.",
            ("Load the lab's settings into this terminal: `az iot diag lab status` names the file.",),
            confirm="The issuer is a lab of this tool.",
            only_if="issuer-is-lab",
        ),
    ),
    aliases=(
        "unable to get local issuer certificate",
        "self signed certificate",
        "self-signed certificate",
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        "unable to verify the first certificate",
        "PKIX path building failed",
        "unable to find valid certification path",
        "RemoteCertificateChainErrors",
        "The remote certificate is invalid",
        "SEC_E_UNTRUSTED_ROOT",
        "CERT_E_UNTRUSTEDROOT",
        "X509 - Certificate verification failed",
        "certificate signed by unknown authority",
        "CERTIFICATE_VERIFY_FAILED",
    ),
    meaning="The server proves who it is with a certificate that an authority signed. The client does not know that "
    "authority, so any server could answer. The client is this machine, or the device whose log says it.",
    retry=Retry.NEVER,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
)

CERTIFICATE_EXPIRED = _AREA.entry(
    code="certificate-expired",
    title="The server's certificate has expired",
    causes=(
        Cause(
            "The clock of the client is ahead: of this machine, or of the device whose log says it.",
            ("Compare `date -u` with the time of day, and turn on time synchronisation.",),
            confirm="`date -u` shows a later time than there is.",
            check="clock-in-sync",
        ),
        Cause(
            "A proxy that inspects TLS has let its own certificate expire.",
            ("Send the issuer and the date in the evidence to the proxy's administrator.",),
            confirm="The issuer is the proxy's, and its dates have passed.",
        ),
    ),
    aliases=(
        "CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired",
        "certificate has expired",
        "CERT_HAS_EXPIRED",
        "CertificateExpiredException",
    ),
    meaning="A certificate holds from one date to another. By the client's clock its last date has passed.",
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)

CERTIFICATE_NOT_YET_VALID = _AREA.entry(
    code="certificate-not-yet-valid",
    title="The server's certificate is not yet valid",
    causes=(
        Cause(
            "The clock of the client is behind: of this machine, or of the device whose log says it.",
            ("Compare `date -u` with the time of day, and turn on time synchronisation.",),
            confirm="`date -u` shows an earlier time than there is, as with devices that have no battery for their "
            "clock.",
            check="clock-in-sync",
        ),
        Cause(
            "A proxy that inspects TLS, or a gateway, made its certificate with a clock that is ahead.",
            ("Tell the proxy's operator the issuer and the date in the evidence.",),
            confirm="The issuer is the proxy's, and its first date is still to come.",
        ),
    ),
    aliases=(
        "CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid",
        "certificate is not yet valid",
        "CERT_NOT_YET_VALID",
        "CertificateNotYetValidException",
    ),
    meaning="A certificate holds from one date to another. By the client's clock its first date is still to come.",
    retry=Retry.NEVER,
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.NETWORK),
)

CERTIFICATE_FOR_ANOTHER_NAME = _AREA.entry(
    code="certificate-for-another-name",
    title="The server's certificate is for another host",
    causes=(
        Cause(
            "The name leads to another machine: a hosts file, a DNS zone of a private endpoint, or a mapping is wrong.",
            ("Look the name up with `nslookup` and compare the address with the one in the evidence.",),
            confirm="`nslookup` gives another address than in Cloud Shell.",
            only_if="certificate-has-names",
        ),
        Cause(
            "The certificate has a common name and no subject alternative name. Clients ignore the common name.",
            ("Issue the certificate anew, with the host as a DNS name in its subject alternative names.",),
            confirm="`openssl x509 -noout -ext subjectAltName` shows no name for the server's certificate.",
            only_if="certificate-lacks-names",
        ),
        Cause(
            "The host is given as an address, such as that of a private endpoint. Certificates hold names.",
            ("Give the device the host name, and let a private DNS zone or the hosts file lead it to the address.",),
            confirm="HostName in the device's string is an IP address.",
            only_if="host-is-address",
            proven_by="address-is-of-azure",
        ),
    ),
    aliases=(
        "CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid",
        "CERTIFICATE_VERIFY_FAILED] certificate verify failed: IP address mismatch, certificate is not valid",
        "Hostname mismatch, certificate is not valid",
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "RemoteCertificateNameMismatch",
        "Hostname/IP does not match certificate's altnames",
        "No subject alternative DNS name matching",
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/virtual-network-support",),
    meaning="The certificate is valid for other names than the requested one. Another host than the requested one "
    "answered.",
    retry=Retry.NEVER,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
)

HANDSHAKE_FAILED = _AREA.entry(
    code="tls-handshake-failed",
    title="The TLS handshake fails",
    causes=(
        Cause(
            "Something on the way ends the handshake, such as a firewall that does not allow TLS on this port.",
            ("Try from another network, such as Cloud Shell.",),
            confirm="From another network the handshake succeeds.",
        ),
        Cause(
            "The server and this machine have no version of TLS or cipher in common; the service asks for TLS "
            "1.2 or later.",
            ("Update Python's OpenSSL: `python -c 'import ssl; print(ssl.OPENSSL_VERSION)'` shows which it is.",),
            confirm="`openssl s_client -connect HUB.azure-devices.net:443 -tls1_2` succeeds from another machine and "
            "not from this one.",
        ),
        Cause(
            "What listens there does not speak TLS.",
            ("Check the host and port in the evidence.",),
            confirm="`openssl s_client` says wrong version number.",
        ),
    ),
    aliases=(
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "WRONG_VERSION_NUMBER",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
        "NO_SHARED_CIPHER",
        "SSLHandshakeException",
        "EPROTO",
        "UNEXPECTED_EOF_WHILE_READING",
        "EOF occurred in violation of protocol",
        "wrong version number",
        "sslv3 alert handshake failure",
        "tlsv1 alert protocol version",
    ),
    meaning="Client and server agree on version, cipher and keys before they speak. They did not get to an end.",
    retry=Retry.NEVER,
    fixers=(Fixer.NETWORK, Fixer.DEVICE_DEVELOPER),
)

_X509 = "https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-x509"

CLIENT_CERTIFICATE_REFUSED = _AREA.entry(
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
            confirm="`az iot diag device show --login @hub.txt --device-id DEVICE` shows another authentication "
            "than sas.",
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

KEY_DOES_NOT_FIT = _AREA.entry(
    code="tls-key-does-not-fit",
    title="The private key does not belong to the certificate",
    meaning="A certificate holds a public key. Only the private key that belongs to it can prove the certificate. The "
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
