"""Entra ID's errors as it words them, by AADSTS code.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import NamedTuple

from azext_iotdiag.lab.net.http_types import Answer


class KnownError(NamedTuple):
    """An error: OAuth 2's word for it, the HTTP status, and the text, with places for what it is about."""

    error: str
    status: int
    text: str


ERRORS = {
    7000215: KnownError(
        "invalid_client", 401,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
        "the client secret ID, for a secret added to app '{client}'.",
    ),
    7000222: KnownError(
        "invalid_client", 401,
        "The provided client secret keys for app '{client}' are expired. Visit the Azure portal to create new keys for "
        "your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: "
        "https://aka.ms/certCreds.",
    ),
    7000216: KnownError(
        "invalid_client", 401,
        "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    ),
    700016: KnownError(
        "unauthorized_client", 400,
        "Application with identifier '{client}' was not found in the directory '{directory}'. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You may have sent your authentication request to the wrong tenant.",
    ),
    700027: KnownError(
        "invalid_client", 401,
        "The certificate with identifier used to sign the client assertion is not registered on application. "
        "[Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']",
    ),
    700021: KnownError(
        "invalid_client", 401, "Client assertion application identifier doesn't match 'client_id' parameter."
    ),
    700024: KnownError("invalid_client", 401, "Client assertion is not within its valid time range. {detail}"),
    50013: KnownError("invalid_grant", 400, "Assertion failed signature validation. {detail}"),
    700211: KnownError(
        "invalid_client", 401,
        "No matching federated identity record found for presented assertion issuer '{issuer}'.",
    ),
    700212: KnownError(
        "invalid_client", 401,
        "No matching federated identity record found for presented assertion audience '{audience}'.",
    ),
    700213: KnownError(
        "invalid_client", 401,
        "No matching federated identity record found for presented assertion subject '{subject}'.",
    ),
    50027: KnownError("invalid_client", 401, "JWT token is invalid or malformed. {detail}"),
    500011: KnownError(
        "invalid_resource", 400,
        "The resource principal named {resource} was not found in the tenant named {directory}. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You might have sent your authentication request to the wrong tenant.",
    ),
    90002: KnownError(
        "invalid_request", 400,
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant.",
    ),
    90033: KnownError(
        "temporarily_unavailable", 500, "A transient error has occurred. Please try again."
    ),
    900144: KnownError("invalid_request", 400, "The request body must contain the following parameter: '{parameter}'."),
    70003: KnownError("unsupported_grant_type", 400, "The app requested an unsupported grant type '{grant}'."),
    70016: KnownError(
        "authorization_pending", 400, "OAuth 2.0 device flow error. Authorization is pending. Continue polling."
    ),
    70019: KnownError("expired_token", 400, "Verification code expired. Device flow needs to be restarted."),
    9002313: KnownError("invalid_grant", 400, "Invalid request. Request is malformed or invalid."),
    700082: KnownError("invalid_grant", 400, "The refresh token has expired due to inactivity."),
    50126: KnownError("invalid_grant", 400, "Error validating credentials due to invalid username or password."),
    50034: KnownError("invalid_grant", 400, "The user account {user} does not exist in the {directory} directory."),
}  # fmt: skip


def refuse(code: int, now: float, *, who: str = "", **about: str) -> Answer:
    """The answer with that error. `about` fills the places of its text; `now` is in seconds since 1970."""
    known = ERRORS[code]
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    time = datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")
    text = f"AADSTS{code}: {known.text.format(**about).strip()}"
    body = {
        "error": known.error,
        "error_description": f"{text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}",
        "error_codes": [code],
        "timestamp": time,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={code}",
    }
    return Answer(known.status, body, who=who, reason=text)
