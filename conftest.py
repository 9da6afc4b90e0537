"""Loads what wires pytest to trueline; it defines no fixture."""

pytest_plugins = ["trueline.plugin", "pytester"]
