"""A small IoT Hub on this machine that speaks the real protocols, laid out as Azure's services are."""
