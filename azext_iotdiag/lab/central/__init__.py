"""The lab's IoT Central application."""
