"""Azure IoT Edge: edgeHub, edgeAgent, and the daemons of the host."""

from __future__ import annotations

from azext_iotdiag.insights.dialects.table import (
    Dialect,
    Exactness,
    begins,
    decided,
    follows,
    nothing,
    said,
    works,
    wraps,
)
from azext_iotdiag.insights.stages import Stage

_SENTENCE = Exactness.SENTENCE
_WHOSE = r"error authenticating.{1,300}"
DIALECT = Dialect(
    "edge",
    "Azure IoT Edge",
    r"aziot-|iotedge|edgehub|edgeagent|microsoft\.azure\.devices\.edge|aziotd|identityd|\[(?:inf|wrn|err|"
    r"dbg)\] - |err!\]",
    (
        begins("provisioning starting"),
        begins("starting dps registration"),
        begins("starting provisioning"),
        begins("attempting to connect to iothub"),
        works("entering connected state"),
        works("created cloud connection for client"),
        works("new cloud connection created"),
        works("cloud connection for", r"cloud connection for \S+ is True"),
        works("changed to connectionestablished"),
        works("successfully provisioned", stage=Stage.PROVISIONED),
        works("provisioning completed", stage=Stage.PROVISIONED),
        works("provisioning complete", stage=Stage.PROVISIONED),
        works("dps registration complete", stage=Stage.PROVISIONED),
        works("successfully connected to iothub"),
        nothing("reauthenticating connected clients"),
        nothing("timed out due to inactivity, closing"),
        nothing("exiting disconnected state"),
        nothing("dps registration is still in progress"),
        nothing("auth_id(", r'"(?:GET|POST|PUT|DELETE) /\S* HTTP/1\.1" \d{3}'),
        nothing("--> ", r"(?:-->|<--) \d{3} "),
        nothing("- ok", r"(?:√|v) .{1,120} - OK\b"),
        nothing("- warning", r"(?:‼|!!) .{1,120} - Warning"),
        nothing("no permits available"),
        nothing("- warning", r".{1,120} - Warning$"),
        said("dps operation is not assigned", "dps-failed", exactness=Exactness.STATUS),
        said("failed to communicate with dps", "dps-unreached", exactness=Exactness.STATUS),
        wraps("failed to communicate with iot hub", "sdk-connection-failed"),
        follows("dps client error", "dps-unreached"),
        follows("hub client error", "sdk-connection-failed"),
        follows("key client error", ""),
        follows("could not provision device", ""),
        follows("failed to provision with iot hub", "dps-unreached"),
        said("request throttled (attempt", "dps-429 hub-429001"),
        said("429: too many requests", "dps-429 hub-429001"),
        said("entering unreachable state", "server-unreachable", exactness=Exactness.STATUS),
        follows("entering disconnected state", "server-unreachable"),
        *(
            follows(key, "sdk-connection-failed")
            for key in (
                "error creating cloud connection for client",
                "error opening iothub connection",
                "error calling iothub for connectivity test",
                "could not connect to iothub",
            )
        ),
        decided(
            "unexpected http status code", r"unexpected HTTP status code: ?(\d{3})", lambda match: f"status:{match[1]}"
        ),
        said("token has expired", "sas-expired", _WHOSE + "token has expired", exactness=_SENTENCE),
        said("did not match the primary or the secondary key", "sas-signed-by-another-key", exactness=_SENTENCE),
        said(
            "audience",
            "sas-for-another-device",
            _WHOSE + r"audience (?!.*hostname).{0,200}(?:invalid|does not match)",
            exactness=_SENTENCE,
        ),
        said("hostname", "sas-for-another-host", _WHOSE + r"hostname .{0,200}does not match", exactness=_SENTENCE),
        said("not enabled", "device-disabled", _WHOSE + "not enabled", exactness=_SENTENCE),
        said("thumbprint", "thumbprint-differs", _WHOSE + "thumbprint", exactness=_SENTENCE),
        said("common name", "common-name-differs", _WHOSE + "common name", exactness=_SENTENCE),
        said("connection refused (os error", "connection-refused"),
        said("connection timed out (os error", "server-unreachable"),
        said("error trying to connect: dns error", "name-not-resolved"),
        said("dns error: failed to lookup", "name-not-resolved"),
        wraps("unauthorizedexception", "hub-401002", r"\bUnauthorizedException"),
    ),
    {
        "certificate-untrusted": "Put the root into the host's store (update-ca-certificates), and restart: "
        "sudo iotedge system "
        "restart. A parent's root belongs into trust_bundle_cert of config.toml.",
        "device-key-unreadable": "Look at the URIs and rights in /etc/aziot/config.toml: user aziotks owns "
        "keys, aziotcs certificates.",
        "clock-skew": "Set the host's clock, then sudo iotedge system restart.",
    },
)
