"""A running lab for the lab's own tests."""

from tests.plugins.lab_fixture import lab

__all__ = ["lab"]
