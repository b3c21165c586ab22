"""The readers of telemetry: what they share, two for an Event Hub, and one for the hubs behind an application."""
