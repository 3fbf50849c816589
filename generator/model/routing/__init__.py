"""Static routing: who is told of an alert, by its labels alone, and what is wrong with a routing tree.

Time, grouping and inhibition as they unfold are the simulator's; here stands what can be said before anything fires.
"""

from __future__ import annotations

from generator.diagnostics import Problem
from generator.model.catalog import Catalog
from generator.model.escalation import EscalationPolicy
from generator.model.route import InhibitRule
from generator.model.routing.circles import circle_problems
from generator.model.routing.dispatch import Path as Path
from generator.model.routing.dispatch import paths_for as paths_for
from generator.model.routing.dispatch import receivers_for as receivers_for
from generator.model.routing.dispatch import tells_somebody as tells_somebody
from generator.model.routing.escalated import covers as covers
from generator.model.routing.escalated import hours_problems
from generator.model.routing.escalated import routing_tree as routing_tree
from generator.model.routing.escalated import told as told
from generator.model.routing.guarantee import guarantee_problems
from generator.model.routing.held import held_back_unheard
from generator.model.routing.inhibition import inhibition_problems
from generator.model.routing.never import never_problems
from generator.model.routing.reach import Router, never_muted, no_tree, told_problems
from generator.model.routing.shape import (
    inhibit_rule_problems,
    more_roots,
    node_problems,
    root_problems,
    shadowed,
    unreachable,
)
from generator.model.routing.untaken import untaken


def routing_problems(catalog: Catalog) -> list[Problem]:
    """What is wrong with the routing tree and the inhibition rules, and which alerts miss whom they should reach."""
    alerts, rules = list(told(catalog)), catalog.of(InhibitRule)
    problems = [
        *more_roots(catalog),
        *never_problems(catalog),
        *inhibit_rule_problems(catalog),
        *inhibition_problems(rules, alerts),
        *circle_problems(rules, alerts),
    ]
    root = routing_tree(catalog)
    if root is None:
        return [*problems, *no_tree(alerts)]
    router, dead = Router(root), list(shadowed(root))
    policies = [policy for policy in catalog.of(EscalationPolicy) if policy.is_whole]
    return [
        *problems,
        *root_problems(root),
        *node_problems(root),
        *unreachable(dead),
        *untaken(catalog, alerts, {id(route) for route, _ in dead}),
        *told_problems(alerts, router),
        *guarantee_problems(alerts, policies, router),
        *held_back_unheard(rules, alerts, policies, router),
        *never_muted(root, alerts, rules, router),
        *hours_problems(catalog),
    ]
