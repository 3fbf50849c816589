"""What all definitions share: where they were written, and what was wrong with what was written.

Constructors never raise for a wrong value: they keep a fault, so that one run reports them all. `validate` hands
the faults out together with what it finds itself. Values of a wrong type are found here, by the annotations of the
fields, before the constructor of a kind looks at them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import wraps
from types import UnionType
from typing import Any, ClassVar, Final, get_args

from generator.diagnostics import Origin, Problem, error, here
from generator.duration import SECOND, Duration, format_duration
from generator.errors import DurationError, PromQLError
from generator.labels import EMPTY, LabelSet
from generator.model.fields import Wanted, may_be_none, wanted
from generator.promql import Expr, parse
from generator.promql.build import number

Query = Expr | str
"""PromQL as text, or as a tree that `Service.query` made."""

DurationLike = str | int | Duration
"""`"5m"`, or a `Duration`; of bare numbers only 0, for 300 might be anything."""

Labels = Mapping[str, str]

NO_QUERY: Final = number(float("nan"))
"""Stands where a query did not parse, so that the rest can still be looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """Something an author wrote. Definitions are equal only to themselves.

    guide: the places of the operations guide that ask for it, by section and heading: `"§3 Slack Critical"`; several
    are separated by commas.
    """

    listed: ClassVar[tuple[str, ...]] = ()
    """Fields whose text may hold several things, separated by commas."""

    _: KW_ONLY
    guide: str = ""
    origin: Origin = field(default_factory=here, repr=False)
    faults: tuple[Problem, ...] = field(default=(), init=False, repr=False)

    def __init_subclass__(cls) -> None:
        _check_fields_first(cls)

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def places(self) -> tuple[str, ...]:
        """The places of the guide, one by one."""
        return tuple(filter(None, (place.strip() for place in self.guide.split(","))))


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a definition, equal by value, which knows where it was written."""

    credential: ClassVar[bool] = False
    """Whether what is written in its place by mistake may be a credential, which no message may repeat."""
    secrets: ClassVar[tuple[str, ...]] = ()
    """Fields for credentials whose constructor says itself what they must hold."""
    listed: ClassVar[tuple[str, ...]] = ()
    """Fields whose text may hold several things, separated by commas."""

    _: KW_ONLY
    origin: Origin = field(default_factory=here, repr=False, compare=False)
    faults: tuple[Problem, ...] = field(default=(), init=False, repr=False, compare=False)

    def __init_subclass__(cls) -> None:
        _check_fields_first(cls)

    def __post_init__(self) -> None:
        check_fields(self)


def _check_fields_first(kind: type[Definition | Part]) -> None:
    """Have the types of the fields looked at before the constructor of a kind reads their values."""
    own = kind.__dict__.get("__post_init__")
    if own is None or hasattr(own, "__wrapped__"):  # a class with slots is made twice
        return

    @wraps(own)
    def checked(self: Definition | Part) -> None:
        check_fields(self)
        own(self)

    kind.__post_init__ = checked  # type: ignore[method-assign]


def check_fields(owner: Definition | Part) -> None:
    """Find fault with values whose type does not fit their field, and put what fits in their place."""
    for name, quick, field_ in wanted(type(owner)):  # type: ignore[arg-type]  # mypy does not see that classes are hashable
        value = getattr(owner, name)
        if type(value) in quick:
            continue
        wrong = field_.wrong(value)
        if wrong and not (isinstance(owner, Part) and name in owner.secrets):
            for item in wrong:
                _misfit(owner, field_, item)
            keep(owner, name, field_.mended(value, wrong))


def _misfit(owner: Definition | Part, field_: Wanted, value: object) -> None:
    label, whose = field_.name.rstrip("_"), described(owner)
    if field_.kind is Mapping:
        labels = isinstance(field_.default, LabelSet)
        check, text = ("definition/labels", "names to texts") if labels else ("definition/type", field_.words)
        fault(owner, check, f"{whose}: {label} must map {text}, got {value!r}")
    elif getattr(field_.kind, "credential", False):
        message = f"{whose}: {label} is written out; a credential must be a Secret"
        fault(owner, "receiver/secret", message, f'Write Secret("{label}") and put the value in that file.')
    elif not field_.is_plain:
        _wrong_kind(owner, field_.name, field_.kind, value)
    else:
        stated = f": {value!r} is not" if field_.many else " must be"
        message = f"{whose}: {label}{stated} {field_.words}" + ("" if field_.many else f", got {value!r}")
        fault(owner, "definition/type", message, _advice(owner, field_, value))


def _advice(owner: Definition | Part, field_: Wanted, value: object) -> str:
    if field_.name in owner.listed and isinstance(value, list | tuple):
        return f'Write one text: "{", ".join(map(str, value))}".'
    if field_.kind is str and isinstance(value, int | float) and not isinstance(value, bool):
        return f'Write "{value}" in quotes.'
    if field_.kind in (int, float) and isinstance(value, str):
        return f"Write {value} without quotes." if value.replace(".", "", 1).isdecimal() else ""
    return ""


def keep(owner: Definition | Part, name: str, value: object) -> None:
    """Set a field of a frozen definition; only constructors do this."""
    object.__setattr__(owner, name, value)


def fault(owner: Definition | Part, check: str, message: str, why: str = "") -> None:
    """Remember that something about the definition is wrong."""
    keep(owner, "faults", (*owner.faults, error(check, owner.origin, message, why)))


def described(owner: Definition | Part) -> str:
    """`SLO 'availability'`, for messages."""
    name = getattr(owner, "name", None)
    return f"{type(owner).__name__} {name!r}" if isinstance(name, str) else type(owner).__name__


def normalise_durations(owner: Definition | Part, *names: str) -> None:
    """Turn the named fields into `Duration`; None stays where it may be. Of bare numbers only 0 needs no unit."""
    for name in names:
        value = getattr(owner, name)
        if value is None and may_be_none(type(owner), name):  # type: ignore[arg-type]
            continue
        try:
            keep(owner, name, Duration.of(value))
            if type(value) is int and value != 0:
                why = f'Write "{format_duration(value * SECOND)}" for {value} seconds.'
                fault(owner, "definition/duration", f"{described(owner)}: {name.rstrip('_')}: {value} has no unit", why)
        except DurationError as reason:
            fault(owner, "definition/duration", f"{described(owner)}: {name.rstrip('_')}: {reason}")
            keep(owner, name, Duration(0))


def normalise_queries(owner: Definition | Part, *names: str) -> None:
    """Parse the named fields."""
    for name in names:
        value = getattr(owner, name)
        if isinstance(value, Expr):
            continue
        keep(owner, name, _parsed(owner, name, value))


def _parsed(owner: Definition | Part, name: str, value: object) -> Expr:
    if not isinstance(value, str):
        fault(owner, "promql/syntax", f"{described(owner)}: {name} must be PromQL, got {value!r}")
        return NO_QUERY
    try:
        return parse(value)
    except PromQLError as reason:
        fault(owner, "promql/syntax", f"{described(owner)}: {name} does not parse: {reason}")
        return NO_QUERY


def normalise_labels(owner: Definition | Part, *names: str) -> None:
    """Turn the named mappings into label sets (also for annotations, which have the same rules)."""
    for name in names:
        value = getattr(owner, name)
        if isinstance(value, LabelSet):
            continue
        if not isinstance(value, Mapping) or not all(isinstance(k, str) for k in value):
            fault(
                owner,
                "definition/labels",
                f"{described(owner)}: {name} must map names to texts, got {value!r}",
            )
            keep(owner, name, EMPTY)
            continue
        wrong = {key: text for key, text in value.items() if not isinstance(text, str)}
        for key, text in wrong.items():
            why = f'Write "{text}" in quotes.'
            fault(owner, "definition/labels", f"{described(owner)}: {name}[{key!r}] is {text!r}, not text", why)
        keep(owner, name, LabelSet({key: text for key, text in value.items() if key not in wrong}))


def normalise_tuples(owner: Definition | Part, *names: str) -> None:
    """Turn the named lists (or single values) into tuples."""
    for name in names:
        value = getattr(owner, name)
        if isinstance(value, Sequence) and not isinstance(value, str):
            keep(owner, name, tuple(value))
        else:
            keep(owner, name, () if value is None else (value,))


def expect(owner: Definition | Part, name: str, kind: type[Any] | UnionType, *, optional: bool = False) -> None:
    """Check that a field (or every item of a tuple field) is of a kind; objects refer to objects."""
    value = getattr(owner, name)
    items = value if isinstance(value, tuple) else (value,)
    wrong = [item for item in items if not isinstance(item, kind) and not (optional and item is None)]
    for item in wrong:
        _wrong_kind(owner, name, kind, item)


def _wrong_kind(owner: Definition | Part, name: str, kind: type[Any] | UnionType, item: object) -> None:
    known, label = " or ".join(one.__name__ for one in get_args(kind) or (kind,)), name.rstrip("_")
    what = f"unknown {known.lower()} {item!r}" if isinstance(item, str) else f"{item!r} is not of kind {known}"
    why = f"Refer to the {known} object itself, imported from the file that defines it."
    fault(owner, f"definition/{label}", f"{described(owner)}: {label}: {what}", why)


def as_expr(query: Query | None) -> Expr:
    """The tree of a normalised query field."""
    if not isinstance(query, Expr):
        raise TypeError(f"a query that was not normalised: {query!r}")
    return query


def as_duration(value: DurationLike | None) -> Duration:
    """The length of a normalised duration field; nothing is 0."""
    return Duration(0) if value is None else Duration.of(value)
