"""``base64.URLEncoding``: the URL-safe alphabet with padding, and Go's place for what is wrong."""

from __future__ import annotations

import base64
from typing import Final

from generator.gotemplate.errors import FunctionError
from generator.gotemplate.strconv import from_bytes, to_bytes

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_NEWLINES: Final = b"\r\n"
_PAD: Final = ord("=")


def encode(text: str) -> str:
    """The text's bytes in base64."""
    return base64.urlsafe_b64encode(to_bytes(text)).decode("ascii")


def decode(text: str) -> str:
    """The text that was encoded. Raises FunctionError ``illegal base64 data at input byte N``."""
    data = to_bytes(text)
    # What counts is where each byte stood before line breaks were dropped.
    places = [place for place, byte in enumerate(data) if byte not in _NEWLINES]
    digits = 0
    for number, place in enumerate(places):
        if data[place] in _ALPHABET:
            digits += 1
            continue
        if data[place] != _PAD or digits % 4 < 2:
            raise _corrupt(place)
        _check_padding(data, places[number:], missing=4 - digits % 4)
        break
    else:
        if digits % 4:
            raise _corrupt(len(data) - digits % 4)
    return from_bytes(base64.urlsafe_b64decode(bytes(data[place] for place in places)))


def _check_padding(data: bytes, places: list[int], *, missing: int) -> None:
    """The padding starts at the first of these places and must be all there is."""
    if missing == 2:
        if len(places) == 1:
            raise _corrupt(len(data))
        if data[places[1]] != _PAD:
            raise _corrupt(places[1] - 1)
    if len(places) > missing:
        raise _corrupt(places[missing])


def _corrupt(place: int) -> FunctionError:
    return FunctionError(f"illegal base64 data at input byte {place}")
