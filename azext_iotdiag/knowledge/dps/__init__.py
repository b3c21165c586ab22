"""What the Device Provisioning Service answers. All in `catalogue`; by name, with `lookup.find`."""
