"""Settings in the environment with which no connection can be made: judged before there is one."""

from __future__ import annotations

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag.clients import address, amqp, proxy, transport
from azext_iotdiag.clients.telemetry import contract


def way(host, reader, asked):
    """The transport to use for a host: the one that was `asked` for, or else WebSocket where a proxy applies.

    Raises InvalidArgumentValueError where certificates, mappings or the proxy that the environment names are of no use.
    """
    judge_trust_and_mappings(host, amqp.AMQPS_PORT)
    try:
        through = contract.proxy_for(host, str(asked or contract.AMQP_WS))
    except proxy.BadProxy as wrong:
        raise InvalidArgumentValueError(str(wrong), recommendation="--transport amqp goes past any proxy.") from None
    if through is not None and through.kind == proxy.SOCKS and reader == "sdk":
        raise InvalidArgumentValueError(
            f"{through.variable} names a SOCKS proxy, and the azure-eventhub library knows none.",
            recommendation="Leave out --reader, or use --transport amqp, which goes past any proxy.",
        )
    return str(asked or (contract.AMQP_WS if through else contract.AMQP))


def proxy_of(host):
    """The proxy that the environment names for port 443 of a host, or None.

    Raises InvalidArgumentValueError as `way` does.
    """
    judge_trust_and_mappings(host, amqp.AMQPS_PORT)
    try:
        return proxy.find(host, transport.HTTPS_PORT)
    except proxy.BadProxy as wrong:
        raise InvalidArgumentValueError(
            str(wrong), recommendation="Correct the variable, or name the host in NO_PROXY."
        ) from None


def judge_trust_and_mappings(host, port):
    """Raises InvalidArgumentValueError where a variable for certificates or for addresses cannot be used."""
    try:
        transport.trust()
        address.find(host, port)
    except OSError as wrong:
        raise InvalidArgumentValueError(
            f"The certificates to trust cannot be read: {wrong}.",
            recommendation=f"Check the file that {' or '.join(transport.CA_VARIABLES)} names.",
        ) from None
    except address.BadMapping as wrong:
        raise InvalidArgumentValueError(str(wrong)) from None
