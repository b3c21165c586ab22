"""An az configuration of its own, in the lab's folder, that is logged in to the lab, and the environment to use it in.

az goes through the lab's proxy, which leads Azure's own names to the lab. So nothing is registered and no name is
another, as it would be with a cloud of the lab's own; and nothing that runs in that environment can reach Azure.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from azext_iotdiag.lab.audit.log import plain
from azext_iotdiag.lab.process import folder as files
from azext_iotdiag.lab.process.errors import LabError

LOGIN_SECONDS = 60.0
# What would lead az past the lab: other proxies, another cloud, the managed identity of the machine that it runs on.
UNSET = (
    "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "CURL_CA_BUNDLE", "AZURE_CLOUD_NAME", "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET", "ACC_CLOUD",
    "AZUREPS_HOST_ENVIRONMENT",
)  # fmt: skip
_SETTINGS = (
    "[core]\ncollect_telemetry = no\nlogin_experience_v2 = off\nsurvey_message = no\nenable_broker_on_windows = no\n"
)
_CERTIFICATE = "certificate.pem"
# The arguments come by standard input, because any user of the machine can read a command line.
_CHILD = (
    "import json, sys; sys.path += [p for p in json.loads(sys.argv[1]) if p not in sys.path]; "
    "from azure.cli.core import get_default_cli; sys.exit(get_default_cli().invoke(json.load(sys.stdin)))"
)


def environment(described: Mapping[str, Any], folder: Path, extensions: Mapping[str, str]) -> dict[str, str]:
    """The variables under which az is the lab's. `extensions` are those that tell az where its extensions are."""
    endpoints = described["endpoints"]
    proxy, local = f"http://{endpoints['proxy']}", "localhost,127.0.0.1,::1"
    return {
        **described["environment"],
        "AZURE_CONFIG_DIR": str(folder / files.AZURE),
        **extensions,
        "HTTPS_PROXY": proxy,
        "https_proxy": proxy,
        "NO_PROXY": local,
        "no_proxy": local,
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": f"http://{endpoints['identity']}",
    }


def prepare(
    described: Mapping[str, Any], folder: Path, extensions: Mapping[str, str], credential: Mapping[str, Any]
) -> dict[str, Any]:
    """Log a fresh configuration in, write the file to load it with, and tell what was made.

    `credential` is what the lab says of the identity: "identity", "role", "tenant", "client" and "secret". Raises
    LabError with az's own words where az cannot log in, and OSError.
    """
    config = folder / files.AZURE
    if config.exists():
        shutil.rmtree(config)
    config.mkdir(mode=0o700)
    files.write_private(config / "config", _SETTINGS.encode())
    variables = environment(described, folder, extensions)
    if credential["identity"] == "certificate":
        files.write_private(config / _CERTIFICATE, credential["secret"].encode())
    accounts = json.loads(_az(_arguments(credential, config), variables))
    account = next(each for each in accounts if each["isDefault"])
    for path in config.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)  # az keeps a service principal's secret there
    file = folder / files.LOGIN
    title = f"az, logged in to the lab {described['name']!r} of az iot diag"
    files.write_loaded(file, title, variables, UNSET)
    return {
        "version": described["version"],
        "name": described["name"],
        "identity": credential["identity"],
        "role": credential["role"],
        "user": account["user"]["name"],
        "tenant": account["tenantId"],
        "subscription": account["id"],
        "hub": described["hub"],
        "environmentFile": str(file),
        "environment": variables,
    }


def _arguments(credential: Mapping[str, Any], config: Path) -> list[str]:
    """The arguments of az that log that identity in."""
    application = ["--service-principal", "--username", credential["client"], "--tenant", credential["tenant"]]
    match credential["identity"]:
        case "service-principal":
            how = [*application, f"--password={credential['secret']}"]
        case "certificate":
            how = [*application, "--certificate", str(config / _CERTIFICATE)]
        case "federated-token":
            how = [*application, f"--federated-token={credential['secret']}"]
        case "managed-identity":
            how = ["--identity", "--client-id", credential["client"]]
        case _:
            how = ["--use-device-code"]
    return ["login", *how, "--output", "json"]


def _az(arguments: Sequence[str], variables: Mapping[str, str]) -> str:
    """What az prints. It runs in a process of its own, because az reads its environment once."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    paths = [str(Path(path).absolute()) for path in sys.path if path]
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD, json.dumps(paths)],
            input=json.dumps(arguments), capture_output=True, text=True, encoding="utf-8", errors="replace",
            env={**kept, **variables}, cwd=variables["AZURE_CONFIG_DIR"], timeout=LOGIN_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LabError(f"`az {arguments[0]}` did not end within {LOGIN_SECONDS:g} s.") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise LabError(f"`az {arguments[0]}` failed: {plain(' '.join(said[-3:])) or done.returncode}")
    return done.stdout
