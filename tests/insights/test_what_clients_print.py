"""Every status, result and reason of the clients' sources leads to its entry, or to nothing where it is no fault.

The lines stand in `said/*.tsv`: codes with | between them, a tab, and the line; - is for nothing, and \\n parts lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from azext_iotdiag.insights.reading import read_text
from tests.plugins.rows import all_rows

FOLDER = Path(__file__).parent / "said"
Row = tuple[str, str, str]  # codes, dialect that is named, line

UNTRUSTED, EXPIRED, NAME = "certificate-untrusted", "certificate-expired", "certificate-for-another-name"
NOT_YET, TLS, REFUSED = "certificate-not-yet-valid", "tls-handshake-failed", "tls-client-certificate-refused"
DROPPED, ROOT, KEY = "connection-dropped", "device-root-unusable", "device-key-unreadable"
MEMORY, CLOCK, UNREACHABLE = "device-memory-short", "clock-skew", "server-unreachable"
DNS, TCP, NO_CONNECTION = "name-not-resolved", "connection-refused", "sdk-no-connection"
FAILED = "sdk-connection-failed"
CONNACK = ("mqtt-version-refused", "mqtt-client-id-refused", "mqtt-server-unavailable", "device-refused")
EITHER_TEXT = f"{ROOT}|{KEY}"


def written() -> Iterator[Row]:
    for path in sorted(FOLDER.glob("*.tsv")):
        for row in path.read_text(encoding="utf-8").splitlines():
            if not row.startswith("#"):
                codes, _, line = row.partition("\t")
                yield "" if codes == "-" else codes, "", line.replace("\\n", "\n")


def numbered(codes: dict[str, Iterable[int]], *forms: str, sdk: str = "") -> Iterator[Row]:
    """A row for each number in each form of writing it."""
    for code, numbers in codes.items():
        for number in numbers:
            for form in forms:
                yield code, sdk, form.format(number)


NETX = {
    "": (0x10001, 0x10011, 0x2000B, 0x2000D),
    NO_CONNECTION: (0x10002,),
    FAILED: (0x10005,),
    MEMORY: (0x10006, 0x1000B, 0x1000D, 0x129, 0x12D, 0x135),
    DROPPED: (0x10007, 0x38),
    **{code: (0x10081 + at,) for at, code in enumerate(CONNACK[:3])},
    "device-refused": (0x10084, 0x10085),
    "mqtt-connection-closed": (0x2000C,),
    "request-unanswered": (0x20014,),
    "hub-429001": (0x20015,),
    "sdk-token-expired": (0x20017,),
    "server-silent": (0x29,),
    TLS: (0x107, 0x10F, 0x110, 0x20011),
    UNTRUSTED: (0x10C, 0x117, 0x119, 0x11B, 0x18C, 0x1A4, 0x1A5, 0x1A6),
    f"{TLS}|{REFUSED}": (0x114,),
    EXPIRED: (0x193,),
    NOT_YET: (0x194,),
    NAME: (0x195,),
    KEY: (*range(0x184, 0x18A), 0x19D),
}
OPENSSL = {
    UNTRUSTED: (0x086,),
    TLS: (0x10B, 0x102, 0x0BF, 0x0C1, 0x18A, 0x18E, 0x172, 0x07B, 0x410, 0x42E, 0x438),
    DROPPED: (0x126,),
    REFUSED: (*range(0x412, 0x417), 0x418, 0x419, 0x41B, 0x45C),
    NAME: (0x458,),
}
MBEDTLS = {
    UNTRUSTED: (0x2700,),
    ROOT: (0x7680,),
    EITHER_TEXT: (*range(0x2180, 0x2581, 0x80), 0x2780, 0x2562, 0x1080, 0x1100),
    KEY: (0x3D00, 0x3C00, 0x3B80, 0x3C80),
    f"{TLS}|{REFUSED}": (0x7780,),
    "": (0x7880, 0x6900, 0x6880, 0x6500, 0x7000, 0x7B00),
    DROPPED: (0x7280, 0x50, 0x4C, 0x4E),
    DNS: (0x52,),
    UNREACHABLE: (0x44, 0x42),
    "server-silent": (0x6800,),
    MEMORY: (0x7F00, 0x2880, 0x3F80, 0x4D80, 0x4290, 0x2110),
    f"{TLS}|{MEMORY}": (0x6C00, 0x7200, 0x7180, 0x7100, 0x6A00),
    TLS: (0x6E00, 0x6E80, 0x6600, 0x7300, 0x7700, 0x7A00),
}
WOLFSSL = {
    UNTRUSTED: (188, 155, 329, 275),
    NOT_YET: (150,),
    EXPIRED: (151,),
    NAME: (322,),
    f"{REFUSED}|{TLS}": (313,),
    DROPPED: (308, 397),
    MEMORY: (125, 303),
    KEY: (162, 372),
    "tls-key-does-not-fit": (166,),
    TLS: (326, 501),
    "": (323, 327, 343, 108),
}
SCHANNEL = {
    UNTRUSTED: (0x80090325, 0x800B0109, 0x800B010A, 0x80096004),
    EXPIRED: (0x80090328, 0x800B0101),
    NAME: (0x80090322, 0x800B010F),
    "revocation-unchecked": (0x80092012, 0x80092013),
    TLS: (0x80090326, 0x80090308, 0x80090304, 0x80090331),
    f"{REFUSED}|{KEY}": (0x80090327, 0x8009030E),
    f"{UNTRUSTED}|{CLOCK}": (0x80072F8F,),
}
SECURE_TRANSPORT = {
    UNTRUSTED: (9807, 9812, 9813),
    EXPIRED: (9814,),
    NOT_YET: (9815,),
    NAME: (9843,),
    DROPPED: (9806, 9816),
    TLS: (9824,),
    REFUSED: (9825, 9829, 9831),
}
BEARSSL = {
    UNTRUSTED: (62, 52, 55, 58),
    f"{EXPIRED}|{CLOCK}": (54,),
    CLOCK: (53,),
    NAME: (56,),
    MEMORY: (6, 23),
    TLS: (3, 16, 26, 256 + 40, 256 + 70),
    DROPPED: (31,),
    REFUSED: (256 + 42, 256 + 48),
    "": (0, 32),
}
FLAGS = {EXPIRED: (1,), UNTRUSTED: (2, 8, 0x4000, 0x8000, 0x10000), NAME: (4,), CLOCK: (0x200,)}
CURL = {
    "proxy-unreachable": (5,),
    DNS: (6,),
    f"{TCP}|{UNREACHABLE}": (7,),
    "server-silent": (28,),
    TLS: (35,),
    UNTRUSTED: (51, 60),
    DROPPED: (52, 55, 56),
    KEY: (58,),
    ROOT: (77,),
}
LINUX = {TCP: (111,), UNREACHABLE: (110, 113, 101), DROPPED: (104, 103, 32), NO_CONNECTION: (107,), "": (115, 11)}
NEWLIB = {TCP: (111,), UNREACHABLE: (116, 118, 114), DROPPED: (104, 113), NO_CONNECTION: (128,), "": (119, 11)}
OLD_ZEPHYR = {TCP: (61,), UNREACHABLE: (60, 65, 51), DROPPED: (54, 53), NO_CONNECTION: (57,), "": (68, 36, 35)}
WINDOWS = {
    TCP: (10061,),
    UNREACHABLE: (10060, 10065, 10051),
    DROPPED: (10054, 10053),
    NO_CONNECTION: (10057,),
    "": (10035,),
    DNS: (11001, 11002, 11004),
}
NAMES_OF_LWIP = {DNS: (200, 202, 203, 210, 211, 212, 213)}
LWIP = {MEMORY: (1,), UNREACHABLE: (3, 4), NO_CONNECTION: (11,), DROPPED: (13, 14, 15)}


def signed(codes: dict[str, Iterable[int]]) -> dict[str, Iterable[int]]:
    return {code: tuple(number - (1 << 32) for number in numbers) for code, numbers in codes.items()}


NUMBERED = (
    *numbered(NETX, "MQTT CONNECT FAIL status: {}", "error code = 0x{:08x}", sdk="netxduo"),
    *numbered(NETX, "nx_azure_iot_connect (0x{:08x})", "nx_secure_tls_session_start failed: {}", sdk="netxduo"),
    *numbered(OPENSSL, "[0] error:14090{:03X}:SSL routines", "error:0A000{:03X}:SSL routines"),
    *numbered(OPENSSL, "[0] error:1416F{:03X}:SSL routines"),
    *numbered(MBEDTLS, "E (12) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x{:X}"),
    *numbered(MBEDTLS, "Failure ssl handshake -{}", "lMbedtlsError[-{}]= x : y"),
    *numbered(MBEDTLS, "[start_ssl_client():273]: (-{}) UNKNOWN ERROR CODE (0000)"),
    *numbered(MBEDTLS, "E (9) APP: Last error code reported from tls stack: 0x{:x}", "mbedtls error: -0x{:04X}"),
    *numbered(WOLFSSL, "WolfSSL connect failed (-{})", "wolfSSL_connect error -{}"),
    *numbered(SCHANNEL, "schannel: handshake failed 0x{:08X}", "TLS error [0x{:08x}]"),
    *numbered(signed(SCHANNEL), "schannel: handshake failed {}", "HRESULT {}"),
    *numbered(SECURE_TRANSPORT, "SSL handshake failed: -{}", "OSStatus -{}"),
    *numbered(BEARSSL, "00:00:12 MQT: TLS connection error: {}", sdk="tasmota"),
    *numbered(BEARSSL, "bearssl last error: {}", sdk="arduino"),
    *numbered(FLAGS, "E (12) esp-tls-mbedtls: cert_verify_flags={}", "verify flags 0x{:x}", sdk="esp-idf"),
    *numbered(CURL, "curl: ({}) words", "curl failed with error {}", "CURLE_FAILED ({})"),
    *numbered(LINUX, "socket failed: errno={}", "[Errno {}] words", sdk="c-sdk"),
    *numbered(NEWLIB, "MQTT_CLIENT: Writing failed: errno={}", "socket errno: {}", sdk="esp-idf"),
    *numbered(NEWLIB, "mqtt_helper: mqtt_connect, error: -{}", sdk="zephyr"),
    *numbered(OLD_ZEPHYR, "mqtt_helper: mqtt_connect, error: -{}", sdk="zephyr"),
    *numbered(WINDOWS, "[WinError {}] words", "socket error {}"),
    *numbered(NAMES_OF_LWIP, "getaddrinfo failed: {}", sdk="esp-idf"),
    *numbered({DNS: (-2, -3, -5)}, "getaddrinfo returned {}"),
    *numbered(LWIP, "lwip: err_t -{}"),
)  # fmt: skip


@all_rows(("codes", "sdk", "line"), [*written(), *NUMBERED])
def test_what_a_client_prints_leads_to_its_entry(codes: str, sdk: str, line: str) -> None:
    story = read_text(line, sdk=sdk)
    found = [entry.code for entry in story.root.entries] if story.root else []
    assert sorted(found) == sorted(filter(None, codes.split("|")))
    assert codes or not story.mentions
