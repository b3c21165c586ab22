"""The lab's Device Provisioning Service."""
