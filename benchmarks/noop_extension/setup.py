"""Builds an extension of az that does nothing: the floor under the start-up of any extension in `az iot`."""

from setuptools import setup

setup(
    name="noop",
    version="1.0.0",
    description="Does nothing.",
    packages=["azext_noop"],
    package_data={"azext_noop": ["azext_metadata.json"]},
)
