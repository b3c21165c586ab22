"""SASL PLAIN: policies of the hub and of its Event Hubs namespace, and devices, by user name and password."""

from __future__ import annotations

from azext_iotdiag.lab.faults.table import TOKEN_REFUSED
from azext_iotdiag.lab.hub import device_access


def judge(connection, response: bytes) -> tuple[str, str]:
    """Who asks, and why not (empty: welcome). The answer to the client is the same for every reason."""
    parts = response.split(b"\0")
    if len(parts) != 3:
        return "", "the PLAIN response does not have three parts"
    user, password = (part.decode("utf-8", "replace") for part in parts[1:])
    if connection.runtime.faults.use(TOKEN_REFUSED):
        return user, "the fault token-refused is on"
    hub = connection.runtime.hub
    policy_name, at, realm = user.rpartition("@") if "@" in user else (user, "", "")
    if at and realm.lower() == f"sas.{hub.name}".lower():
        device, _, module = policy_name.partition("/")
        connection.proven = device_access.judge(
            connection.runtime, hub.host, device, module, password, peer=connection.stream.peer
        )
        return policy_name, connection.proven.reason
    if at and realm.lower() != f"sas.root.{hub.name}".lower():
        return user, f"{realm!r} is not a realm of this hub's policies"
    policy = hub.policies.get(policy_name)
    if policy is None:
        return user, f"there is no policy {policy_name!r}"
    if password.startswith("SharedAccessSignature "):
        return user, connection.verify(password, hub.host if at else "", policy_name)
    if shut := hub.settings.shut_to(connection.stream.peer, built_in=True):
        return user, shut
    if not at and password in (policy.primary.reveal(), policy.secondary.reveal()):
        connection.grants.add(connection.host, policy.rights)
        return user, ""
    return user, "the password is not a key of this policy"
