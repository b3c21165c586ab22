"""The access tokens of a lab's tenant: JSON web tokens that are really signed, expire, and are verified.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ALGORITHM = "RS256"
LIFETIME_SECONDS = 3599  # what Entra grants an application by default, and tells
_KEY_BITS = 2048


class BadToken(ValueError):
    """A token that opens nothing. `expired`, `audience`: that, and nothing else, is wrong with it."""

    def __init__(self, reason: str, *, expired: bool = False, audience: bool = False):
        super().__init__(reason)
        self.expired = expired
        self.audience = audience


class Issuer:
    """Signs and verifies the tokens of one tenant. Its key is made when it is first needed: that takes a moment.

    `key_id` and `key` (PEM) are those of an issuer that was exported.
    """

    def __init__(self, tenant: str, key_id: str = "", key: str | None = None):
        self._tenant = tenant
        self.key_id = key_id or secrets.token_urlsafe(20)
        if key is not None:
            self._key = load_key(key)

    def export(self) -> tuple[str, str | None]:
        """The id of the key, and the key in PEM, or None where none was needed yet."""
        key = self.__dict__.get("_key")
        return self.key_id, None if key is None else key_text(key)

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)

    def sign(self, claims: Mapping[str, Any], now: float, *, seconds: int = LIFETIME_SECONDS) -> str:
        """A token with these claims that is valid from `now` (seconds since 1970)."""
        times = {"iat": int(now), "nbf": int(now), "exp": int(now) + seconds}
        own = {"iss": f"https://sts.windows.net/{self._tenant}/", "tid": self._tenant, "uti": secrets.token_urlsafe(16)}
        return jwt.encode(
            {**own, **times, **claims, "ver": claims.get("ver", "1.0")},
            self._key,
            algorithm=ALGORITHM,
            headers={"kid": self.key_id, "x5t": self.key_id},
        )

    def verify(self, token: str, now: float, audiences: Iterable[str]) -> dict[str, Any]:
        """The claims of a token of this tenant for one of `audiences`. Raises BadToken."""
        accepted = {audience.rstrip("/").lower() for audience in audiences}
        try:
            claims = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=[ALGORITHM],
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
            )
        except jwt.InvalidTokenError as error:
            raise BadToken(f"the token is none of this tenant: {error}") from error
        if not isinstance(claims.get("exp"), int) or claims["exp"] <= now:
            raise BadToken("the token has expired", expired=True)
        if str(claims.get("aud", "")).rstrip("/").lower() not in accepted:
            raise BadToken(f"the token is for {claims.get('aud')!r}", audience=True)
        return claims

    def public_keys(self) -> dict[str, Any]:
        """The key set (RFC 7517) with which any program can verify the tokens."""
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "kid": self.key_id, "x5t": self.key_id}
        return {"keys": [{**key, "n": _unsigned(numbers.n), "e": _unsigned(numbers.e)}]}


def key_text(key: rsa.RSAPrivateKey) -> str:
    """A private key as PEM."""
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode("ascii")


def load_key(text: str) -> rsa.RSAPrivateKey:
    """The private key in PEM. Raises ValueError."""
    key = serialization.load_pem_private_key(text.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the key of the issuer is no RSA key")
    return key


def opaque() -> str:
    """A refresh token or device code: long, random, and without meaning to its holder."""
    return f"{secrets.token_urlsafe(48)}.{uuid.uuid4().hex}"


def _unsigned(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
