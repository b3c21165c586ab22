"""A small IoT Hub on this machine that speaks the real protocols: its state, its faults, and what serves them."""
