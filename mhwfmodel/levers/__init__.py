"""Levers: what a plan may change. One file a lever; a new lever is its file and its name in the union of `plain`."""

from __future__ import annotations

from typing import Annotated, TypeAlias, get_args

from pydantic import Field, SerializeAsAny, WrapValidator

from mhwfmodel.levers.acuity import Acuity
from mhwfmodel.levers.agency_cover import AgencyStaff
from mhwfmodel.levers.attraction import Attraction
from mhwfmodel.levers.base import Change, Context, LeverBase, Month, Scope
from mhwfmodel.levers.caseload_cap import CaseloadCap
from mhwfmodel.levers.contract_length import ContractLength
from mhwfmodel.levers.crisis_service import CrisisService
from mhwfmodel.levers.demand_shock import DemandShock
from mhwfmodel.levers.destination import CourseDestination
from mhwfmodel.levers.digital_shift import DigitalShift
from mhwfmodel.levers.effects import CandidatesOffered, Closed, Effect, PostsAdded, Scaled
from mhwfmodel.levers.employer_closure import EmployerClosure
from mhwfmodel.levers.fee_uplift import FeeUplift
from mhwfmodel.levers.frozen_posts import FrozenPosts
from mhwfmodel.levers.funded_posts import FundedPosts
from mhwfmodel.levers.funding_stream import FundingStream
from mhwfmodel.levers.guaranteed_hours import GuaranteedHours
from mhwfmodel.levers.international_recruitment import InternationalRecruitment
from mhwfmodel.levers.leadership import Leadership
from mhwfmodel.levers.local_employment import LocalEmployment
from mhwfmodel.levers.new_roles import NewRoles
from mhwfmodel.levers.nhs_expansion import NhsExpansion
from mhwfmodel.levers.own import either, kind_of
from mhwfmodel.levers.pay import Pay
from mhwfmodel.levers.plain import PlainLever
from mhwfmodel.levers.policy_minutes import PolicyMinutes
from mhwfmodel.levers.posts_conversion import PostsConversion
from mhwfmodel.levers.prevention import Prevention
from mhwfmodel.levers.protected_learning import ProtectedLearning
from mhwfmodel.levers.recruitment import Recruitment
from mhwfmodel.levers.repeat_contact import RepeatContact
from mhwfmodel.levers.retention import Retention
from mhwfmodel.levers.return_to_practice import ReturnToPractice
from mhwfmodel.levers.supervision import Supervision
from mhwfmodel.levers.test_sites import TestSites
from mhwfmodel.levers.training_at_work import TrainingAtWork
from mhwfmodel.levers.training_completion import TrainingCompletion
from mhwfmodel.levers.training_inflow import TrainingInflow
from mhwfmodel.levers.training_places import TrainingPlaces
from mhwfmodel.levers.trauma_informed import TraumaInformed
from mhwfmodel.levers.voluntary_funding_shock import VoluntaryFundingShock
from mhwfmodel.levers.wellbeing import Wellbeing

__all__ = [
    "Acuity",
    "AgencyStaff",
    "AnyLever",
    "Attraction",
    "CandidatesOffered",
    "CaseloadCap",
    "Change",
    "Closed",
    "Context",
    "ContractLength",
    "CourseDestination",
    "CrisisService",
    "DemandShock",
    "DigitalShift",
    "Effect",
    "EmployerClosure",
    "FeeUplift",
    "FrozenPosts",
    "FundedPosts",
    "FundingStream",
    "GuaranteedHours",
    "InternationalRecruitment",
    "Leadership",
    "Lever",
    "LeverBase",
    "LocalEmployment",
    "Month",
    "NewRoles",
    "NhsExpansion",
    "Pay",
    "PlainLever",
    "PolicyMinutes",
    "PostsAdded",
    "PostsConversion",
    "Prevention",
    "ProtectedLearning",
    "Recruitment",
    "RepeatContact",
    "Retention",
    "ReturnToPractice",
    "Scaled",
    "Scope",
    "Supervision",
    "TestSites",
    "TrainingAtWork",
    "TrainingCompletion",
    "TrainingInflow",
    "TrainingPlaces",
    "TraumaInformed",
    "VoluntaryFundingShock",
    "Wellbeing",
    "kinds",
]

Lever = Annotated[PlainLever | TestSites, Field(discriminator="kind")]
"""Every lever that ships."""

AnyLever: TypeAlias = Annotated[SerializeAsAny[Lever], WrapValidator(either)]
"""A lever that ships, or one of the user's own."""


def kinds() -> tuple[type[LeverBase], ...]:
    """Every kind of lever that ships, as classes, in the order of their words."""
    return tuple(sorted(get_args(get_args(Lever)[0]), key=kind_of))
