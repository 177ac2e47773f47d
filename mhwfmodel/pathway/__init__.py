"""The pathway: a service as data, read, checked, and flattened into the arrays that the engines read."""

from __future__ import annotations

from mhwfmodel.pathway.duty import open_hours
from mhwfmodel.pathway.expand import parent
from mhwfmodel.pathway.flatten import flatten
from mhwfmodel.pathway.loader import load_pathway, read_pathway, shipped
from mhwfmodel.pathway.schema import Pathway

__all__ = ["Pathway", "flatten", "load_pathway", "open_hours", "parent", "read_pathway", "shipped"]
