"""Makes `docs/seed-map.md`: which definitions, rendered files and tests each line of the operations guide has."""
