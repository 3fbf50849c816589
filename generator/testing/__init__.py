"""Rule tests: promtool fixtures and promqltest scripts, run on tocsin's own engine."""
