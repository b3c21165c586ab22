"""Codes about TLS: whether the server is who it claims to be."""

from azext_iotdiag.model.finding import Cause, Entry

CERTIFICATE_UNTRUSTED = Entry(
    code="certificate-untrusted",
    title="The server's certificate comes from an authority that this machine does not trust",
    causes=(
        Cause(
            "A proxy on the way inspects TLS and shows a certificate of its own.",
            (
                "Compare the issuer in the evidence with Microsoft's or DigiCert's; another name is the proxy's.",
                "Put the proxy's root certificate and the public ones into a PEM file, and name it in "
                "REQUESTS_CA_BUNDLE.",
            ),
        ),
        Cause(
            "This machine's list of root certificates is too old to hold DigiCert Global Root G2.",
            ("Update the operating system's root certificates (on Debian and Ubuntu the package ca-certificates).",),
        ),
        Cause(
            "The server is a lab, and this terminal does not know its authority.",
            ("Load the lab's settings into this terminal: `az iot diag lab status` names the file.",),
        ),
    ),
    aliases=("CERTIFICATE_VERIFY_FAILED",),
    links=("https://learn.microsoft.com/azure/iot-hub/iot-hub-tls-support",),
)

CERTIFICATE_EXPIRED = Entry(
    code="certificate-expired",
    title="The server's certificate is not valid at this time",
    causes=(
        Cause(
            "The clock of this machine is wrong.",
            ("Compare `date -u` with the time of day, and turn on time synchronisation.",),
        ),
        Cause(
            "A proxy that inspects TLS has let its own certificate expire.",
            ("Tell whoever runs the proxy the issuer and the date in the evidence.",),
        ),
    ),
)

CERTIFICATE_FOR_ANOTHER_NAME = Entry(
    code="certificate-for-another-name",
    title="The server's certificate is for another host",
    causes=(
        Cause(
            "The name leads to another machine: a hosts file, a DNS zone of a private endpoint, or a mapping is wrong.",
            ("Look the name up with `nslookup` and compare the address with the one in the evidence.",),
        ),
    ),
)

HANDSHAKE_FAILED = Entry(
    code="tls-handshake-failed",
    title="The TLS handshake fails",
    causes=(
        Cause(
            "Something on the way ends the handshake, such as a firewall that does not allow TLS on this port.",
            ("Try from another network, such as Cloud Shell.",),
        ),
        Cause(
            "The server and this machine have no version of TLS or cipher in common; the service asks for TLS "
            "1.2 or later.",
            ("Update Python's OpenSSL: `python -c 'import ssl; print(ssl.OPENSSL_VERSION)'` shows which it is.",),
        ),
        Cause("What listens there does not speak TLS.", ("Check the host and port in the evidence.",)),
    ),
)
