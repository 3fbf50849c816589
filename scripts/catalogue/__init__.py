"""Asks real exporters which metrics they have, and writes `alerts/catalogue/*.json`."""
