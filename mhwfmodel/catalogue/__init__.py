"""The facts: places, sectors, roles, published figures with sources, and the inputs that carry a range."""

from __future__ import annotations

from mhwfmodel.catalogue.ages import EntryAges, entry_ages
from mhwfmodel.catalogue.approvals import AmhpPosts, amhp_posts
from mhwfmodel.catalogue.authorities import Council, CouncilPart, councils
from mhwfmodel.catalogue.centroids import Centroid, distances, icb_centroids
from mhwfmodel.catalogue.check import check_tables
from mhwfmodel.catalogue.disagreements import Conflict, conflicts
from mhwfmodel.catalogue.discount import (
    GREEN_BOOK,
    DiscountBand,
    discount_bands,
    discount_factor,
    discount_versions,
)
from mhwfmodel.catalogue.duty_windows import AmhpWindow, amhp_windows, amhp_windows_by_pattern
from mhwfmodel.catalogue.evidence import Figure, Source, figure, figures, sources
from mhwfmodel.catalogue.geography import Covariates, Icb, Region, icb, icb_covariates, icbs, regions
from mhwfmodel.catalogue.histories import IcbRate, SeriesPoint, icb_rates, series, series_names
from mhwfmodel.catalogue.merges import Icb2026, icbs_2026, merge_shares
from mhwfmodel.catalogue.mix import Column, NhsPosts, RelativeRate, RoleShare, nhs_posts, relative_rates, role_mix
from mhwfmodel.catalogue.mix import columns as post_columns
from mhwfmodel.catalogue.pathway_numbers import PathwayNumber, pathway_number, pathway_numbers
from mhwfmodel.catalogue.people import HOURS_GROUPS, Role, Sector, role, roles, sector, sectors
from mhwfmodel.catalogue.provenance import Document, documents
from mhwfmodel.catalogue.resolve import IcbResolution, resolve_icbs
from mhwfmodel.catalogue.show import Table, TableName, conflict_table, table
from mhwfmodel.catalogue.staffing import StaffingShare, staffing
from mhwfmodel.catalogue.targets import Target, target, targets
from mhwfmodel.catalogue.training import Destination, Pipeline, Quantity, destinations, pipeline, pipelines
from mhwfmodel.catalogue.uncertain import Parameter, parameter, parameters
from mhwfmodel.catalogue.unit_costs import UnitCost, unit_costs

__all__ = [
    "GREEN_BOOK",
    "HOURS_GROUPS",
    "AmhpPosts",
    "AmhpWindow",
    "Centroid",
    "Column",
    "Conflict",
    "Council",
    "CouncilPart",
    "Covariates",
    "Destination",
    "DiscountBand",
    "Document",
    "EntryAges",
    "Figure",
    "Icb",
    "Icb2026",
    "IcbRate",
    "IcbResolution",
    "NhsPosts",
    "Parameter",
    "PathwayNumber",
    "Pipeline",
    "Quantity",
    "Region",
    "RelativeRate",
    "Role",
    "RoleShare",
    "Sector",
    "SeriesPoint",
    "Source",
    "StaffingShare",
    "Table",
    "TableName",
    "Target",
    "UnitCost",
    "amhp_posts",
    "amhp_windows",
    "amhp_windows_by_pattern",
    "check_tables",
    "conflict_table",
    "conflicts",
    "councils",
    "destinations",
    "discount_bands",
    "discount_factor",
    "discount_versions",
    "distances",
    "documents",
    "entry_ages",
    "figure",
    "figures",
    "icb",
    "icb_centroids",
    "icb_covariates",
    "icb_rates",
    "icbs",
    "icbs_2026",
    "merge_shares",
    "nhs_posts",
    "parameter",
    "parameters",
    "pathway_number",
    "pathway_numbers",
    "pipeline",
    "pipelines",
    "post_columns",
    "regions",
    "relative_rates",
    "resolve_icbs",
    "role",
    "role_mix",
    "roles",
    "sector",
    "sectors",
    "series",
    "series_names",
    "sources",
    "staffing",
    "table",
    "target",
    "targets",
    "unit_costs",
]
