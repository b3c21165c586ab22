"""The certificates of a connection, and the size of their message, held against what the server sends."""

from __future__ import annotations

import ssl

import pytest

from azext_iotdiag.clients import chain, transport
from azext_iotdiag.lab.net.certificates import make_authority
from tests.plugins import hostile
from tests.plugins.hub_peers import HOST, Standing, standing

__all__ = ["standing"]
V1_2, V1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
CERTIFICATE = 11  # the type of the message. RFC 5246, 7.4


@pytest.mark.parametrize("version", [V1_2, V1_3])
def test_what_was_sent_and_what_was_verified(standing: Standing, version: ssl.TLSVersion) -> None:
    """The path ends in the root, which the server does not send. The size is that of the message itself."""
    root = make_authority("a root", path_length=1)
    middle = root.issue_authority("in between")
    leaf, key = middle.issue((HOST,))
    path = standing.folder / "chain.pem"
    path.write_bytes(leaf + middle.pem + key)
    standing.trusting(root)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.minimum_version = context.maximum_version = version
    sizes: list[int] = []

    def note(connection, direction, version, content, message, data) -> None:
        if direction == "write" and content == 22 and message == CERTIFICATE:
            sizes.append(len(data))

    context._msg_callback = note  # type: ignore[attr-defined]

    def attend(sock) -> None:
        with context.wrap_socket(sock, server_side=True) as secure:
            hostile.silent(secure)

    standing.at(443, attend)
    below = transport.connect(HOST, 443, 5.0)
    shown = below.shown()
    below.close()
    assert shown.version == {V1_2: "TLSv1.2", V1_3: "TLSv1.3"}[version] and shown.cipher
    assert shown.sent == tuple(ssl.PEM_cert_to_DER_cert(each.decode()) for each in (leaf, middle.pem))
    assert shown.verified == (*shown.sent, ssl.PEM_cert_to_DER_cert(root.pem.decode()))
    assert [chain.message_size(shown.sent, shown.version)] == sizes


def test_no_certificates_have_no_message() -> None:
    assert chain.message_size((), "TLSv1.3") == 0
