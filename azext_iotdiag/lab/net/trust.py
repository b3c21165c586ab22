"""TLS settings of the lab's own clients: the lab's commands and the devices of its scenarios."""

from __future__ import annotations

import ssl


def trusting(ca_pem: str) -> ssl.SSLContext:
    """Settings that trust one authority (PEM) and compare the name only with subject alternative names."""
    context = ssl.create_default_context(cadata=ca_pem)
    context.hostname_checks_common_name = False
    return context
