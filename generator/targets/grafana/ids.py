"""Panel ids that do not move: made from what a panel is called, not from where it stands."""

from __future__ import annotations

from hashlib import blake2b


def panel_id(key: str) -> int:
    """A number from 1 to 2**31 - 1, always the same for a key."""
    digest = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
    return 1 + digest % (2**31 - 1)
