"""Checking every table of a folder at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mhwfmodel.catalogue._tables import Folder, package_data
from mhwfmodel.catalogue.ages import read_entry_ages
from mhwfmodel.catalogue.approvals import read_amhp_posts
from mhwfmodel.catalogue.authorities import read_council_parts
from mhwfmodel.catalogue.centroids import read_centroids
from mhwfmodel.catalogue.disagreements import read_conflicts
from mhwfmodel.catalogue.discount import read_discount_bands
from mhwfmodel.catalogue.duty_windows import read_amhp_windows
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.catalogue.geography import read_covariates, read_icbs
from mhwfmodel.catalogue.histories import read_icb_rates, read_series
from mhwfmodel.catalogue.merges import read_icbs_2026, read_merges
from mhwfmodel.catalogue.mix import read_nhs_posts, read_relative_rates, read_role_mix
from mhwfmodel.catalogue.pathway_numbers import read_pathway_numbers
from mhwfmodel.catalogue.people import read_roles, read_sectors
from mhwfmodel.catalogue.provenance import read_documents
from mhwfmodel.catalogue.staffing import read_staffing
from mhwfmodel.catalogue.targets import read_targets
from mhwfmodel.catalogue.training import read_destinations, read_pipelines
from mhwfmodel.catalogue.uncertain import read_parameters
from mhwfmodel.catalogue.unit_costs import read_unit_costs
from mhwfmodel.errors import DataError, Fault

__all__ = ["check_tables"]

READERS: tuple[Callable[[Folder], tuple[object, ...]], ...] = (
    read_documents,
    read_figures,
    read_icbs,
    read_centroids,
    read_covariates,
    read_icbs_2026,
    read_merges,
    read_council_parts,
    read_sectors,
    read_roles,
    read_parameters,
    read_role_mix,
    read_nhs_posts,
    read_relative_rates,
    read_conflicts,
    read_series,
    read_icb_rates,
    read_entry_ages,
    read_amhp_posts,
    read_amhp_windows,
    read_pipelines,
    read_destinations,
    read_staffing,
    read_pathway_numbers,
    read_targets,
    read_unit_costs,
    read_discount_bands,
)


def check_tables(folder: Path | None = None) -> int:
    """Check all tables of facts.

    Args:
        folder: A folder with some or all of the tables; those that it lacks are the package's own. None checks the
            package.

    Returns:
        How many rows were read.

    Raises:
        DataError: With every fault of every table, each once.
    """
    if folder is not None and not folder.is_dir():
        raise DataError(Fault(str(folder), "no such folder"))
    faults: dict[Fault, None] = {}
    count = 0
    for read in READERS:
        try:
            count += len(read(package_data() if folder is None else folder))
        except DataError as error:
            faults |= dict.fromkeys(error.faults)
    if faults:
        raise DataError(faults)
    return count
