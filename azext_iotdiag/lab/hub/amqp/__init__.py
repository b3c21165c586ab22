"""The hub and its Event Hubs namespace over AMQP."""
