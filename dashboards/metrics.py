"""What the backend tells about the business: the metrics behind the guide's `/api/v1/business-metrics`.

The guide lists the numbers (주문 처리량, 매출 현황, 사용자 활동) without naming metrics; these are the names that the
backend exports them under.
"""

from __future__ import annotations

ORDERS = "dropshipping_orders_total"
"""Counter, label `status`: received, shipped, failed, cancelled."""

REVENUE = "dropshipping_revenue_won_total"
"""Counter: won of all orders that were paid."""

ACTIVE_USERS = "dropshipping_active_users"
"""Gauge: users with a session that did something in the last five minutes."""

USER_ACTIONS = "dropshipping_user_actions_total"
"""Counter, label `action`: login, search, cart, checkout."""
