"""The Alertmanager pipeline on a virtual clock: configuration, routing, time intervals, and what people get to read."""
