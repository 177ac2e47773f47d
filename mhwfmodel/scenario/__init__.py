"""The scenario file: what a planner writes, read, checked and resolved."""

from __future__ import annotations

from mhwfmodel.scenario.jsonschema import json_schema
from mhwfmodel.scenario.loader import check_text, load_scenario
from mhwfmodel.scenario.outputs import Outputs
from mhwfmodel.scenario.pathways import PathwayUse
from mhwfmodel.scenario.schema import Assumption, Scenario
from mhwfmodel.yamls.text import slug

__all__ = ["Assumption", "Outputs", "PathwayUse", "Scenario", "check_text", "json_schema", "load_scenario", "slug"]
