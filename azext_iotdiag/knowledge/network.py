"""Codes about reaching a service at all: names, addresses, ports."""

from azext_iotdiag.model.finding import Cause, Entry

_PORTS = "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-protocols"

_OPEN_THE_PORT = (
    "Ask whoever runs the firewall to allow outgoing TCP to the host and port named here.",
    "Where that is 5671, go through port 443, which is open nearly everywhere: `--transport amqp_ws`.",
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
                "Ask whoever runs the firewall whether it inspects TLS on the port named here, and to exempt the "
                "host named here.",
                "Try from another network, such as Cloud Shell.",
            ),
        ),
        Cause(
            "The service is overloaded or failing over.",
            ("Try again in a few minutes, and look at Azure Service Health for the region.",),
        ),
    ),
)

WEBSOCKET_REFUSED = Entry(
    code="websocket-refused",
    title="The opening of the WebSocket is refused",
    causes=(
        Cause(
            "A gateway or proxy that inspects TLS wants a login of its own, or allows no WebSocket to this host.",
            (
                "Ask whoever runs it to allow WebSocket to *.azure-devices.net and *.servicebus.windows.net.",
                "Where port 5671 is open, do without WebSocket: `--transport amqp`.",
            ),
        ),
        Cause(
            "An IP rule or switched-off public access keeps this machine out.",
            (
                "Look with `az iot hub show -n HUB --query "
                '"properties.[publicNetworkAccess, networkRuleSets, ipFilterRules]"`.',
            ),
        ),
    ),
)

_WHICH_PROXY = (
    "Look at it with `env | grep -i _proxy`: HTTPS_PROXY names the proxy, else ALL_PROXY, "
    "and NO_PROXY the hosts without."
)

PROXY_UNREACHABLE = Entry(
    code="proxy-unreachable",
    title="The proxy cannot be reached",
    causes=(
        Cause(
            "The variable names a proxy that is not, or no longer, there, such as that of another network.",
            (_WHICH_PROXY, "Correct the variable, or unset it where this network needs no proxy."),
        ),
        Cause(
            "The proxy is down.",
            ("Ask whoever runs it.", "See whether a web page comes through it: `curl -I https://learn.microsoft.com`."),
        ),
    ),
)

PROXY_REFUSES = Entry(
    code="proxy-refuses",
    title="The proxy does not let the connection through",
    causes=(
        Cause(
            "Its rules do not allow this host or port.",
            (
                "Ask whoever runs it to allow CONNECT to port 443 of *.azure-devices.net and *.servicebus.windows.net.",
                "Where the host can be reached without it, name the host in NO_PROXY.",
            ),
        ),
    ),
)

PROXY_WANTS_PASSWORD = Entry(
    code="proxy-wants-password",
    title="The proxy wants a user and password, or others",
    causes=(
        Cause(
            "The variable holds no user and password, or they are wrong or have expired.",
            (
                "Write them in: `export HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT`, with special characters as "
                "%XX (`@` is %40).",
                _WHICH_PROXY,
            ),
        ),
        Cause(
            "The proxy takes a Windows login (NTLM, Kerberos) only, which this tool does not speak; it speaks Basic.",
            ("Run a local proxy that logs in, such as cntlm or px, and name that one in HTTPS_PROXY.",),
        ),
    ),
    aliases=("proxy:407", "407"),
)

PROXY_IS_NONE = Entry(
    code="proxy-is-none",
    title="What answers at the proxy's address is no proxy",
    causes=(
        Cause(
            "The variable names a web server, or the right host with another port.",
            (_WHICH_PROXY, "Ask for the proxy's host and port."),
        ),
        Cause("The variable says http:// for a SOCKS proxy, or socks5:// for an HTTP proxy.", ("Try the other one.",)),
        Cause(
            "A login page of the network (a captive portal) answers in its place.",
            ("Open any web page in a browser and log in there.",),
        ),
    ),
)
