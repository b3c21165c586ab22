"""Entra ID: what a client learns of the tenant, and where tokens are asked for. grants.py grants them."""

from __future__ import annotations

from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net.http_types import Answer, BadBody, Request
from azext_iotdiag.lab.tenant.entra import grants as entra_grants
from azext_iotdiag.lab.tenant.entra.errors import refuse

HOST = "login.microsoftonline.com"
ALIASES = (HOST, "login.windows.net", "login.microsoft.com", "sts.windows.net")
ANY_TENANT = ("organizations", "common")


async def serve(request: Request, lab: Lab) -> Answer:
    """Answer a request to one of ALIASES."""
    tenant, *rest = request.segments or ("",)
    now = lab.clock()
    if (tenant, *rest) == ("common", "discovery", "instance"):
        return Answer(200, _instances())
    if (tenant, *rest[:1]) == ("common", "userrealm") and len(rest) == 2:
        return Answer(200, {"ver": "1.0", "account_type": "Managed", "domain_name": lab.tenant.domain})
    if tenant not in (*ANY_TENANT, lab.tenant.id, lab.tenant.domain):
        return refuse(90002, now, tenant=tenant)
    version = "v2.0" if "v2.0" in rest else ""
    path = [part for part in rest if part != "v2.0"]
    if path == [".well-known", "openid-configuration"]:
        return Answer(200, _configuration(tenant if tenant in ANY_TENANT else lab.tenant.id, version))
    if path == ["discovery", "keys"]:
        return Answer(200, lab.tenant.issuer.public_keys())
    if request.method == "POST" and path in (["oauth2", "token"], ["oauth2", "devicecode"]):
        try:
            form = request.form
        except BadBody as error:
            return refuse(9002313, now, detail=str(error))
        return entra_grants.grant(form, lab) if path[1] == "token" else entra_grants.begin_device_code(form, lab)
    return Answer(404, b"<html><body>The lab has no such page of Entra ID.</body></html>", reason="no such page")


def _instances() -> dict:
    """Which hosts are the same cloud; MSAL asks this before it trusts one."""
    return {
        "tenant_discovery_endpoint": f"https://{HOST}/common/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [{"preferred_network": HOST, "preferred_cache": "login.windows.net", "aliases": list(ALIASES)}],
    }


def _configuration(tenant: str, version: str) -> dict:
    """OpenID Connect Discovery 1.0, 3."""
    base = f"https://{HOST}/{tenant}"
    oauth, suffix = f"{base}/oauth2", f"/{version}" if version else ""
    issuer = f"{base}/v2.0" if version else f"https://sts.windows.net/{tenant}/"
    return {
        "issuer": issuer.replace(tenant, "{tenantid}") if tenant in ANY_TENANT else issuer,
        "authorization_endpoint": f"{oauth}{suffix}/authorize",
        "token_endpoint": f"{oauth}{suffix}/token",
        "device_authorization_endpoint": f"{oauth}{suffix}/devicecode",
        "jwks_uri": f"{base}/discovery{suffix}/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "tenant_region_scope": "EU",
        "cloud_instance_name": "microsoftonline.com",
    }


def mistaken(lab: Lab) -> Answer:
    """The answer when the lab makes a mistake."""
    return refuse(90033, lab.clock())
