"""The query language of IoT Hub's twins, as far as its documentation describes it: text in, rows out, no service.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-query-language
"""

from azext_iotdiag.lab.hub.query.statement import Rows, run

__all__ = ["Rows", "run"]
