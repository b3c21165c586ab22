"""From an account to a service that is open: find it by name, choose a key or a token, name the right that lacks.

A library for any Python program. With the account that is logged in to az:

    from azure.cli.core import get_default_cli
    from azext_iotdiag.login import az_login, opening, rights

    account = az_login.signed_in(get_default_cli())
    target = opening.find_hub(account, "my-hub").open(rights.REGISTRY_READ)

Errors are those of `login.errors`. Without az, make an `account.Account` of your own.
"""
