"""The key of a shared access policy that opens a service, with the fewest rights that serve."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from azext_iotdiag.clients.arm import Arm, Policy, Service
from azext_iotdiag.login.errors import NoPolicy
from azext_iotdiag.model.target import Target


def with_key(arm: Arm, service: Service, rights: frozenset[str]) -> Target:
    """A service with the key of the policy that has `rights` and little else. Raises NoPolicy, ArmError, StepFailed."""
    policy = least(arm.policies(service), rights)
    if policy is None:
        raise NoPolicy(service, rights)
    origin = f"Using the key of the policy {policy.name} of {place_of(service)}, read with az's login."
    opened = Target(policy=policy.name, credential=policy.key, origin=origin, closed=service.is_private)
    return replace(opened, dps=service.host) if service.is_dps else replace(opened, hub=service.host)


def least(policies: Iterable[Policy], rights: frozenset[str]) -> Policy | None:
    """The policy that has the rights and the fewest beside; of several the first by name."""
    able = [policy for policy in policies if policy.rights >= rights]
    return min(able, key=lambda policy: (len(policy.rights), policy.name), default=None)


def place_of(service: Service) -> str:
    """A service and where it is, for people."""
    return f"{service.name} (resource group {service.group})"
