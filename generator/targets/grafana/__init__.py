"""Dashboards and provisioning files that Grafana loads as they are.

The road of a panel: `foreign` (somebody's object to plain JSON), `dead` (panels Grafana no longer has), `shapes`
(what older generators got wrong, panel by panel), `fields`, `options` and `queries` (what Grafana's types require),
`conform` (only what Grafana's schema knows stays), `layout` (where it stands).
"""

from generator.targets.grafana.render import render

__all__ = ["render"]
