"""Dashboards of the reference system: §3 대시보드 구성 of the operations guide."""
