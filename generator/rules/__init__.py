"""Prometheus rules: read from files, and evaluated over the engine's columns."""
