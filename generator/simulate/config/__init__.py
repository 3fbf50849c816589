"""Any Alertmanager configuration, from 0.25 to 0.34, read as strictly as Alertmanager reads it."""

from __future__ import annotations

from generator.simulate.config.dialect import DEFAULT_DIALECT, Dialect
from generator.simulate.config.matchers import LabelMatcher, MatcherError
from generator.simulate.config.model import (
    Config,
    Global,
    InhibitRule,
    Integration,
    Receiver,
    Route,
    TimeInterval,
    TimeSpan,
)
from generator.simulate.config.parse_matchers import parse_matchers
from generator.simulate.config.read import load_config, read_config

__all__ = [
    "DEFAULT_DIALECT",
    "Config",
    "Dialect",
    "Global",
    "InhibitRule",
    "Integration",
    "LabelMatcher",
    "MatcherError",
    "Receiver",
    "Route",
    "TimeInterval",
    "TimeSpan",
    "load_config",
    "parse_matchers",
    "read_config",
]
