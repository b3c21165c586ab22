"""What people call the subject or the issuer of a certificate."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.certificate import name_of


@pytest.mark.parametrize(("distinguished", "name"), [
    ("CN=hub,O=Contoso", "hub"), ("O=Contoso,C=US", "Contoso"), ("C=US", "C=US"), ("", ""),
    ("O=Contoso, CN=a=b", "a=b"), ("CN=first,CN=second", "first"),
])  # fmt: skip
def test_the_common_name_or_the_organisation(distinguished: str, name: str) -> None:
    assert name_of(distinguished) == name
