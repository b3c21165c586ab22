"""Builds the extension: `make dist`, or `python -m build --wheel`."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent

# Read, not imported: importing the package needs azure-cli.
VERSION = re.search(r'^VERSION = "(.+)"$', (HERE / "azext_iotdiag" / "version.py").read_text("utf-8"), re.M)[1]

# What az itself brings is not listed: az's own copy wins at run time whatever is asked for here. Each requirement is
# pure Python, since `az extension add` must never need a compiler.
INSTALL_REQUIRES = [
    "azure-eventhub>=5.15,<6",  # the second reader of telemetry: `monitor events --reader sdk`
    "h11>=0.14,<1",  # HTTP/1.1 of the lab, and of wsproto, which brings it anyway
    # `validate messages --schema`. From 4.18 on it needs rpds-py, which is compiled and has no wheel for some machines.
    "jsonschema>=4.17,<4.18",
    "paho-mqtt>=2.1,<3",  # the device that `simulate` plays
    "wsproto>=1.2,<2",  # WebSocket on both ends, without a socket of its own: telemetry over port 443
]

setup(
    name="iot-diag",
    version=VERSION,
    description="Finds the first broken link between an IoT device and the people who wait for its data.",
    long_description=(HERE / "README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    license_files=["LICENSE"],
    author="az iot diag contributors",
    classifiers=[
        "Development Status :: 4 - Beta",
        "Environment :: Console",
        "Intended Audience :: Developers",
        "Intended Audience :: System Administrators",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Programming Language :: Python :: 3.14",
    ],
    packages=find_packages(include=["azext_iotdiag", "azext_iotdiag.*"]),
    package_data={
        "azext_iotdiag": ["azext_metadata.json", "probes/scripts/*", "insights/queries/*.kql", "render/*.css"],
    },
    python_requires=">=3.10",
    install_requires=INSTALL_REQUIRES,
)
