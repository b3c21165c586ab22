"""Where a device's message goes: the hub's routes, its fallback, its enrichments and its custom endpoints.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-d2c
"""
