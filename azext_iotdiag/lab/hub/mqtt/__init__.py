"""The hub over MQTT."""
