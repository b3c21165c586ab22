"""The version, told once: setup.py reads this file as text, the program imports it where it names itself."""

VERSION = "1.0.0b1"
