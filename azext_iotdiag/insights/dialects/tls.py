"""Libraries for TLS: their numbers and words, whichever client prints them."""

from __future__ import annotations

import re

from azext_iotdiag.insights.dialects.table import (
    Dialect,
    Exactness,
    decided,
    each,
    look_up,
    nothing,
    number,
    said,
    whole_number,
    wraps,
)

UNTRUSTED, EXPIRED, OTHER_NAME = "certificate-untrusted", "certificate-expired", "certificate-for-another-name"
NOT_YET, FAILED, REFUSED = "certificate-not-yet-valid", "tls-handshake-failed", "tls-client-certificate-refused"
DROPPED, NO_ROOT, NO_KEY = "connection-dropped", "device-root-unusable", "device-key-unreadable"
NO_ROOM, CLOCK, NO_FIT = "device-memory-short", "clock-skew", "tls-key-does-not-fit"

# Alerts by number: https://www.rfc-editor.org/rfc/rfc8446#section-6.2
ALERTS = {
    **dict.fromkeys((42, 43, 44, 45, 46, 48, 49, 51, 116), REFUSED),
    **dict.fromkeys((10, 20, 21, 22, 40, 47, 50, 70, 71, 80, 109), FAILED),
    112: OTHER_NAME,
}
# Reasons of the library SSL: openssl/include/openssl/sslerr.h
_OPENSSL = {
    0x086: UNTRUSTED,
    0x10B: FAILED,
    0x126: DROPPED,
    **dict.fromkeys((0x102, 0x0BF, 0x0C1, 0x18A, 0x18E, 0x172, 0x07B), FAILED),
    **{0x3E8 + alert: code for alert, code in ALERTS.items()},
}
_OPENSSL_OTHERS = {
    0x0B080074: NO_FIT,
    0x05800074: NO_FIT,
    0x0906D06C: f"{NO_KEY} {NO_ROOT}",
    0x0480006C: f"{NO_KEY} {NO_ROOT}",
}
# Numbers of Mbed TLS without their sign: mbedtls/include/mbedtls/{ssl,x509,pk,net_sockets}.h
_MBEDTLS = {
    0x2700: UNTRUSTED,
    0x7680: NO_ROOT,
    **dict.fromkeys(
        (0x2180, 0x2200, 0x2280, 0x2300, 0x2380, 0x2400, 0x2480, 0x2500, 0x2580, 0x2780, 0x1080, 0x1100),
        f"{NO_ROOT} {NO_KEY}",
    ),
    **dict.fromkeys((0x3D00, 0x3C00, 0x3B80, 0x3C80), NO_KEY),
    0x7780: f"{FAILED} {REFUSED}",
    0x7880: "",
    **dict.fromkeys((0x7280, 0x50, 0x4C, 0x4E), DROPPED),
    0x52: "name-not-resolved",
    0x44: "server-unreachable",
    0x42: "server-unreachable",
    0x6800: "server-silent",
    **dict.fromkeys((0x7F00, 0x2880, 0x3F80, 0x4D80), NO_ROOM),
    **dict.fromkeys((0x6C00, 0x7200, 0x7180, 0x7100, 0x6A00), f"{FAILED} {NO_ROOM}"),
    **dict.fromkeys((0x6E00, 0x6E80, 0x6600, 0x7300, 0x7700, 0x7A00), FAILED),
    **dict.fromkeys((0x6900, 0x6880, 0x6500, 0x7000, 0x7B00), ""),
}
_NO_ROOM_BELOW = (0x10, 0x6A)  # of the large numbers, and of ASN.1
# Flags of a certificate that was not verified: mbedtls/include/mbedtls/x509.h
_FLAGS = (
    (0x200, CLOCK),
    (0x08, UNTRUSTED),
    (0x01, EXPIRED),
    (0x04, OTHER_NAME),
    (0x02, UNTRUSTED),
    (0x1C000, UNTRUSTED),
)
_WOLFSSL = {
    **dict.fromkeys((188, 155, 329, 275), UNTRUSTED),
    150: NOT_YET,
    151: EXPIRED,
    322: OTHER_NAME,
    313: f"{REFUSED} {FAILED}",
    308: DROPPED,
    397: DROPPED,
    125: NO_ROOM,
    303: NO_ROOM,
    162: NO_KEY,
    372: NO_KEY,
    166: NO_FIT,
    326: FAILED,
    501: FAILED,
}
_SCHANNEL = {
    **dict.fromkeys((0x80090325, 0x800B0109, 0x800B010A, 0x80096004), UNTRUSTED),
    **dict.fromkeys((0x80090328, 0x800B0101), EXPIRED),
    **dict.fromkeys((0x80090322, 0x800B010F), OTHER_NAME),
    **dict.fromkeys((0x80092012, 0x80092013), "revocation-unchecked"),
    **dict.fromkeys((0x80090326, 0x80090308, 0x80090304, 0x80090331), FAILED),
    **dict.fromkeys((0x80090327, 0x8009030E), f"{REFUSED} {NO_KEY}"),
    0x80072F8F: f"{UNTRUSTED} {CLOCK}",
}
_SECURE_TRANSPORT = {
    **dict.fromkeys((9807, 9812, 9813), UNTRUSTED),
    9814: EXPIRED,
    9815: NOT_YET,
    9843: OTHER_NAME,
    9806: DROPPED,
    9816: DROPPED,
    9824: FAILED,
    **dict.fromkeys((9825, 9829, 9831), REFUSED),
}
# Bearssl: bearssl_ssl.h and bearssl_x509.h; 256 and 512 are added to an alert that was received or sent.
BEARSSL = {
    **dict.fromkeys((62, 52, 55, 58), UNTRUSTED),
    54: f"{EXPIRED} {CLOCK}",
    53: CLOCK,
    56: OTHER_NAME,
    6: NO_ROOM,
    23: NO_ROOM,
    **dict.fromkeys((3, 16, 26), FAILED),
    31: DROPPED,
    **{256 + alert: code for alert, code in ALERTS.items()},
    **dict.fromkeys((512 + alert for alert in (42, 43, 44, 45, 46, 48)), UNTRUSTED),
}
_HEX = r"(-?\s?0x[0-9a-f]{2,8})\b"


def flags(text: str) -> str:
    """What the flags of a certificate that Mbed TLS did not accept say, the gravest first."""
    value = whole_number(text)
    if value == 0xFFFFFFFF or value < 0:
        return ""
    return next((code for flag, code in _FLAGS if value & flag), "")


def mbedtls(text: str) -> str | None:
    """What a number of Mbed TLS means, whole or put together of a high and a low part; None if it is not listed."""
    value = abs(whole_number(text))
    if value in _MBEDTLS:
        return _MBEDTLS[value]
    high, low = value & 0x7F80, value & 0x7F
    if low in _NO_ROOM_BELOW and high and value <= 0x7FFF:
        return NO_ROOM
    return _MBEDTLS.get(high) if high and value <= 0x7FFF else None


def _mbedtls(match: re.Match[str]) -> str | None:
    return mbedtls(match[match.lastindex or 0])


def _openssl(match: re.Match[str]) -> str | None:
    value = int(match[1], 16)
    if value in _OPENSSL_OTHERS:
        return _OPENSSL_OTHERS[value]
    return _OPENSSL.get(value & 0xFFF) if value >> 24 in (0x14, 0x0A) else None


def _alert(match: re.Match[str]) -> str | None:
    return ALERTS.get(int(match[1]))


_NAMED_ALERTS = {
    "bad certificate": REFUSED,
    "bad_certificate": REFUSED,
    "unknown ca": REFUSED,
    "unknown_ca": REFUSED,
    "certificate unknown": REFUSED,
    "certificate_unknown": REFUSED,
    "certificate expired": REFUSED,
    "certificate_expired": REFUSED,
    "certificate revoked": REFUSED,
    "certificate required": REFUSED,
    "certificate_required": REFUSED,
    "unsupported certificate": REFUSED,
    "access denied": REFUSED,
    "access_denied": REFUSED,
    "decrypt error": REFUSED,
    "decrypt_error": REFUSED,
    "unknown certificate authority": REFUSED,
    "unknown certificate": REFUSED,
    "handshake failure": FAILED,
    "handshake_failure": FAILED,
    "protocol version": FAILED,
    "protocol_version": FAILED,
    "protocol version not supported": FAILED,
    "internal error": FAILED,
    "internal_error": FAILED,
    "illegal parameter": FAILED,
    "decode error": FAILED,
    "record overflow": FAILED,
    "unrecognized name": OTHER_NAME,
    "unrecognized_name": OTHER_NAME,
}


def _named_alert(match: re.Match[str]) -> str | None:
    return _NAMED_ALERTS.get(match[1].lower())


_ALERT_NAMES = "|".join(sorted(_NAMED_ALERTS, key=len, reverse=True))
_WORDS = (
    said("certificate verify failed", UNTRUSTED, exactness=Exactness.STATUS),
    said("certificate verify error", UNTRUSTED, exactness=Exactness.STATUS),
    decided(
        "verify error:num=",
        r"verify error:num=(\d+)",
        lambda match: {
            9: NOT_YET,
            10: EXPIRED,
            18: UNTRUSTED,
            19: UNTRUSTED,
            20: UNTRUSTED,
            21: UNTRUSTED,
            62: OTHER_NAME,
        }.get(int(match[1])),
    ),
    *each(
        (
            "failed to verify peer certificate",
            "unable to verify server certificate",
            "certificate verification failed",
            "failed to verify trusted certificate in chain",
            "tls bad fingerprint",
            "certificate is not trusted",
            "certificate is not correctly signed by the trusted ca",
            "unknown certificate authority",
            "untrustedroot",
            "failed certificate verification",
            "server certificate verification failed",
            "partialchain",
            "trust anchor for certification path not found",
            "certificate chain could not be built to a trusted root",
            "chain could not be linked to a trust anchor",
            "unable_to_get_issuer_cert",
            "unable to get issuer certificate",
            "the certificate chain was issued by an authority that is not trusted",
            "invalid peer certificate: unknownissuer",
            "unacceptable certificate: ca is not trusted",
        ),
        UNTRUSTED,
        exactness=Exactness.STATUS,
    ),
    *each(
        ("validity check failed", "notafter:", "certificate expired on", "certificateexpired"),
        EXPIRED,
        exactness=Exactness.EXACT,
    ),
    said("nottimevalid", EXPIRED),
    said("is valid for", OTHER_NAME, r"certificate is valid for .{1,200}, not "),
    *each(
        (
            "expected server name was not found",
            "certificate common name doesn't match",
            "hostname mismatch",
            "ip address mismatch",
            "host name does not match the certificate",
            "bad certificate domain",
        ),
        OTHER_NAME,
    ),
    said("certificate name", OTHER_NAME, r"certificate name .{1,80}(?:mismatch|does(?:n't| not) match)"),
    *each(
        ("revocationstatusunknown", "the revocation function was unable to check revocation"), "revocation-unchecked"
    ),
    *each(
        (
            "first record does not look like a tls handshake",
            "unsupported or unrecognized ssl message",
            "no appropriate protocol",
            "unexpected eof while reading",
            "no common encryption algorithm",
            "client requested protocol tlsv1 not enabled",
            "not an ssl/tls record",
        ),
        FAILED,
    ),
    said("received fatal alert:", FAILED, exactness=Exactness.STATUS),
    said("remote error: tls:", FAILED, exactness=Exactness.STATUS),
)
_ALERT_ROWS = (
    decided("alert", rf"alert[: ,]{{1,3}}(?:fatal[, :]{{1,3}})?({_ALERT_NAMES})\b", _named_alert),
    decided("alert", r"(?:alert (?:number|description|code)|ssl alert number)[:= ]{1,3}(\d{1,3})\b", _alert),
    decided("remote error: tls:", rf"remote error: tls: ({_ALERT_NAMES})\b", _named_alert),
    decided("alertreceived", r"AlertReceived\((\w+)\)", lambda match: _NAMED_ALERTS.get(_spaced(match[1]), FAILED)),
)
_MBEDTLS_ROWS = (
    decided("mbedtls", rf"mbedtls\w*[^\n]{{0,60}}?{_HEX}", _mbedtls),
    decided("handsha", rf"handsha\w*[^\n]{{0,40}}?{_HEX}", _mbedtls),
    decided("handsha", r"ssl handsha[kr]e -?(\d{2,5})\b", _mbedtls),
    decided("mbedtlserror[", r"MbedtlsError\[(-?\d+)\]", _mbedtls),
    decided(
        "mbedtls", r"mbedtls\w*(?:[^\n]{0,40}?(?:returned|error|failed|code|:))[^\n\w-]{1,4}(-\d{2,5})\b", _mbedtls
    ),
    decided("tls stack", rf"(?:from tls stack|tls_stack_err\w*)\W{{1,4}}{_HEX}", _mbedtls),
    decided("ssl", rf"\bssl[\w ]{{0,30}}(?:error|failed|returned|code)[^\n\w-]{{1,6}}{_HEX}", _mbedtls),
    *each(
        (
            "ssl - memory allocation failed",
            "bignum - memory allocation failed",
            "mpi_alloc_failed",
            "x509 - allocation of",
            "asn1 - allocation",
            "ssl_alloc_failed",
            "cipher - failed to allocate",
            "pk - memory allocation failed",
        ),
        NO_ROOM,
    ),
    said("ssl - no ca chain is set", NO_ROOT),
    said("ssl - the connection indicated an eof", DROPPED),
    said("net - connection was reset by peer", DROPPED),
    said("net - failed to get an ip address", "name-not-resolved"),
    said("net - the connection to the given server", "server-unreachable"),
    said("net - failed to open a socket", NO_ROOM),
    said("ssl - the operation timed out", "server-silent"),
    said("ssl - a fatal alert message was received", f"{FAILED} {REFUSED}", exactness=Exactness.STATUS),
    said("pk - given private key password", NO_KEY),
    said("pk - invalid key tag or value", NO_KEY),
    said("pk - unsupported key", NO_KEY),
    said("x509 - the crt/crl/csr format is invalid", f"{NO_ROOT} {NO_KEY}"),
    said("x509 - format not recognized as der or pem", f"{NO_ROOT} {NO_KEY}"),
    nothing("mbedtls_err_ssl_want_"),
)
_NUMBERS = (
    decided("error:", r"\berror:([0-9A-F]{8})\b", _openssl, exactness=Exactness.STATUS),
    number("wolfssl", r"wolfssl[^\n]{0,60}?[(=: ](-\d{2,3})\b", {-code: means for code, means in _WOLFSSL.items()}),
)
_PLATFORM_ROWS = (
    *(
        number(key, r"(0x80(?:09|0B)[0-9a-f]{4}|0x80072F8F|-2146[78]\d{5}|-2147012721)\b", _SCHANNEL)
        for key in ("error", "fail", "schannel", "sec_e_", "cert_e_", "hresult", "handshake")
    ),
    decided("failed: 80", r"failed: (80(?:09|0B)[0-9a-f]{4})\b", lambda match: look_up("0x" + match[1], _SCHANNEL)),
    *(
        number(key, key + r"\D{0,60}(-98\d\d)\b", {-code: means for code, means in _SECURE_TRANSPORT.items()})
        for key in ("ssl", "osstatus")
    ),
    said("sec_e_untrusted_root", UNTRUSTED),
    said("sec_e_cert_expired", EXPIRED),
    said("sec_e_wrong_principal", OTHER_NAME),
)
_NEW = (
    said("key values mismatch", NO_FIT),
    *each(("no start line", "pem_read_bio:no start line"), f"{NO_KEY} {NO_ROOT}", exactness=Exactness.STATUS),
    *each(("bad decrypt", "bad password read", "pem routines::bad"), NO_KEY),
    *(
        wraps(key, FAILED, r"(?:tls|ssl)[^\n]{0,30}handshake|handshake[^\n]{0,30}(?:tls|ssl)|handshake failed")
        for key in (
            "handshake failed",
            "do tls handshake",
            "perform tls handshake",
            "handshake error",
            "handshake failure",
        )
    ),
    *each(
        ("certificate validation failed", "cert verify failed", "certificate verification error"),
        UNTRUSTED,
        exactness=Exactness.STATUS,
    ),
    wraps("sslhandshakeexception", FAILED),
    wraps("eproto", FAILED, r"\bEPROTO\b"),
    wraps("a tls error occurred", FAILED),
    wraps("ssl connection could not be established", FAILED),
    wraps("tlsv1 alert internal error", FAILED),
)


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


DIALECT = Dialect(
    "tls",
    "libraries for TLS",
    r"$^",
    (*_ALERT_ROWS, *_MBEDTLS_ROWS, *_NUMBERS, *_PLATFORM_ROWS, *_WORDS, *_NEW),
)
