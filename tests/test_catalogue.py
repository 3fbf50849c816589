"""How the catalogue of metrics is read from what exporters say."""

from __future__ import annotations

import json

from scripts.catalogue.__main__ import as_text, catalogue
from scripts.catalogue.exporters import EXPORTERS
from scripts.catalogue.exposition import label_values, parse
from tests.known_metrics import CATALOGUE

SAID = r"""
# HELP requests_total Requests.\nBy code.
# TYPE requests_total counter
requests_total{code="200",path="/a\"b,c=\"}"} 1 1700000000000
requests_total{code="500",zone="x"} 2
# TYPE seconds histogram
seconds_bucket{handler="/",le="+Inf"} 3
seconds_sum{handler="/"} 1.5
seconds_count{handler="/"} 3
# TYPE pause summary
pause{quantile="0.5"} NaN
pause_sum 1
pause_count 2
# TYPE never gauge
odd_sum 1
build_info{version="1.2.3"} 1
"""


def test_families_are_read_with_all_their_labels() -> None:
    found = {name: (family.type, sorted(family.labels)) for name, family in parse(SAID).items()}
    assert found == {
        "requests_total": ("counter", ["code", "path", "zone"]),
        "seconds": ("histogram", ["handler"]),
        "pause": ("summary", []),
        "odd_sum": ("untyped", []),
        "build_info": ("untyped", ["version"]),
    }
    assert parse(SAID)["requests_total"].help == "Requests. By code."


def test_versions_are_values_of_a_label() -> None:
    assert label_values(SAID, "build_info", "version") == ["1.2.3"]


def test_several_expositions_make_one_file() -> None:
    content = catalogue(EXPORTERS[0], [SAID, 'odd_sum{more="1"} 1'])
    assert json.loads(as_text(content)) == content
    (odd,) = [metric for metric in content["metrics"] if metric["name"] == "odd_sum"]
    assert odd["labels"] == ["more"]


def test_there_is_a_file_for_each_exporter() -> None:
    assert {path.stem for path in CATALOGUE.glob("*.json")} == {exporter.name for exporter in EXPORTERS}
