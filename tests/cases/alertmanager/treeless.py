"""Alerts, one of them urgent, and no tree."""

from generator import P0, P2, Alert, Service, Team

ops = Team("ops")
db = Service("db", team=ops)
slow = Alert("Slow", service=db, level=P2, expr="up == 0")
down = Alert("Down", service=db, level=P0, expr="up == 0")
