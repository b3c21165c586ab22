"""Codes about reaching a service at all: names, addresses, ports."""
from azext_iotdiag.model.finding import Cause, Entry

_PORTS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-protocols"

_OPEN_THE_PORT = (
    "Ask whoever runs the firewall to allow outgoing TCP 5671 to the host named here.",
    "Try from another network, such as Cloud Shell: what works there and not here is the network in between.",
)

NAME_NOT_RESOLVED = Entry(
    code="name-not-resolved",
    title="A host name leads nowhere",
    causes=(
        Cause(
            "The name is misspelt, or the hub was deleted.",
            ("Compare it with `az iot hub list --query [].properties.hostName`.",),
        ),
        Cause(
            "The hub is reached through a private endpoint, whose DNS zone this machine does not see.",
            (
                "Run from the virtual network that holds the private endpoint.",
                "Link the zones privatelink.azure-devices.net and privatelink.servicebus.windows.net to this network.",
            ),
        ),
    ),
    links=("https://learn.microsoft.com/azure/iot-hub/virtual-network-support",),
)

CONNECTION_REFUSED = Entry(
    code="connection-refused",
    title="The port is closed",
    causes=(
        Cause("A firewall answers in the service's place and refuses the port.", _OPEN_THE_PORT),
        Cause(
            "The address is not the service's: a hosts file or a mapping points elsewhere.",
            (
                "Look the name up with `nslookup`, and look into the hosts file.",
                "Unset AZURE_IOTDIAG_CONNECT_TO if it still names a lab that has ended.",
            ),
        ),
    ),
    aliases=("ECONNREFUSED",),
    links=(_PORTS,),
)

SERVER_UNREACHABLE = Entry(
    code="server-unreachable",
    title="No connection comes about",
    causes=(
        Cause("A firewall drops what is sent to the port without a word.", _OPEN_THE_PORT),
        Cause("The network of this machine is down.", ("Open any web page from this machine.",)),
    ),
    aliases=("ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"),
    links=(_PORTS,),
)

SERVER_SILENT = Entry(
    code="server-silent",
    title="The server accepts the connection and then says nothing",
    causes=(
        Cause(
            "A firewall or proxy accepts the connection itself and holds back what follows.",
            (
                "Ask whoever runs the firewall whether it inspects TLS on port 5671, and to exempt the host named here.",
                "Try from another network, such as Cloud Shell.",
            ),
        ),
        Cause(
            "The service is overloaded or failing over.",
            ("Try again in a few minutes, and look at Azure Service Health for the region.",),
        ),
    ),
)
