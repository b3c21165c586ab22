"""The package of the extension. Every `az iot ...` on the machine imports it, so it holds next to nothing.

az asks it for COMMAND_LOADER_CLS, and only then are az's own classes needed: `azext_iotdiag.payload` is a library for
any Python program, with az or without.
"""


def __getattr__(name):
    if name == "COMMAND_LOADER_CLS":
        from azext_iotdiag import _help  # noqa: F401  # pylint: disable=unused-import
        from azext_iotdiag.commands import IotDiagCommandsLoader

        return IotDiagCommandsLoader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
