"""Upper, lower and title case as Go's ``strings`` and ``golang.org/x/text/cases`` do them."""

from __future__ import annotations

import unicodedata
from typing import Final

# Word_Break MidLetter, MidNumLet and Single_Quote: they join letters unless two of them meet.
_MID: Final = frozenset("'.:·‧‘’․․﹒﹕＇．：·՟״︓﹕")
_BREAKING_SCRIPTS: Final = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


def to_upper(text: str) -> str:
    """``strings.ToUpper``: rune by rune, so that ß stays one letter."""
    return text.upper() if text.isascii() else "".join(map(_upper_rune, text))


def _upper_rune(char: str) -> str:
    upper = char.upper()
    if len(upper) == 1:
        return upper
    title = char.title()
    return title if len(title) == 1 else char


def to_lower(text: str) -> str:
    """``strings.ToLower``: rune by rune, so that a final Σ becomes σ."""
    return text.lower() if text.isascii() else "".join(char.lower()[:1] for char in text)


def _is_cased(char: str) -> bool:
    return char.isupper() or char.islower() or char.istitle()


def _breaks_word(char: str) -> bool:
    """Whether a letter after this character begins a new word (an approximation of Unicode's Word_Break)."""
    category = unicodedata.category(char)
    if category in ("Lo", "Lm"):
        return unicodedata.name(char, "").startswith(_BREAKING_SCRIPTS)
    return category[0] not in "LM" and category not in ("Nd", "Pc", "Cf")


def title(text: str, *, lower_rest: bool) -> str:
    """``cases.Title(language.AmericanEnglish)``: the first cased letter of each word in title case.

    The other letters become lower case, or stay as they are without ``lower_rest``
    (``cases.NoLower``). Word boundaries follow the approximation that x/text uses.
    """
    out: list[str] = []
    in_word = False
    after_mid = False
    for index, char in enumerate(text):
        is_mid = char in _MID
        if after_mid and is_mid:
            in_word = False
        if _is_cased(char):
            if not in_word:
                out.append(char.title())
            else:
                out.append(_lower_in_word(text, index) if lower_rest else char)
            in_word = True
        else:
            out.append(char)
            if not is_mid and _breaks_word(char):
                in_word = False
        after_mid = is_mid
    return "".join(out)


def _is_case_ignorable(char: str) -> bool:
    return char in _MID or unicodedata.category(char) in ("Mn", "Me", "Cf", "Lm", "Sk")


def _lower_in_word(text: str, index: int) -> str:
    """The lower case of a letter inside a word; Σ becomes ς unless a cased letter follows."""
    char = text[index]
    if char != "Σ":
        return char.lower()
    following = next((later for later in text[index + 1 :] if not _is_case_ignorable(later)), " ")
    return "σ" if _is_cased(following) else "ς"
