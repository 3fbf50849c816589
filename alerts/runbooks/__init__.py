"""Procedures: what to do about each alert, with the guide's own commands where it gives any.

`incidents` holds the three of §6 일반적인 장애 해결; the others are in the order of the guide's sections.
"""

COMPOSE = "docker compose -f docker-compose.prod.yml"
"""How the guide speaks to the containers."""

REDIS = f"{COMPOSE} exec redis redis-cli"
"""How it asks Redis."""


def psql(*statements: str) -> str:
    """How the guide asks PostgreSQL."""
    asked = " ".join(f'-c "{statement}"' for statement in statements)
    return f"{COMPOSE} exec db psql -U dropshipping -d dropshipping_db {asked}"
