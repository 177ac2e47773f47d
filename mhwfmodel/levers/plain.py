"""Every kind of lever that stands for itself: one line a kind. `test_sites` holds one of these."""

from __future__ import annotations

from typing import TypeAlias

from mhwfmodel.levers.acuity import Acuity
from mhwfmodel.levers.agency_cover import AgencyStaff
from mhwfmodel.levers.attraction import Attraction
from mhwfmodel.levers.caseload_cap import CaseloadCap
from mhwfmodel.levers.contract_length import ContractLength
from mhwfmodel.levers.crisis_service import CrisisService
from mhwfmodel.levers.demand_shock import DemandShock
from mhwfmodel.levers.destination import CourseDestination
from mhwfmodel.levers.digital_shift import DigitalShift
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
from mhwfmodel.levers.pay import Pay
from mhwfmodel.levers.policy_minutes import PolicyMinutes
from mhwfmodel.levers.posts_conversion import PostsConversion
from mhwfmodel.levers.prevention import Prevention
from mhwfmodel.levers.protected_learning import ProtectedLearning
from mhwfmodel.levers.recruitment import Recruitment
from mhwfmodel.levers.repeat_contact import RepeatContact
from mhwfmodel.levers.retention import Retention
from mhwfmodel.levers.return_to_practice import ReturnToPractice
from mhwfmodel.levers.supervision import Supervision
from mhwfmodel.levers.training_at_work import TrainingAtWork
from mhwfmodel.levers.training_completion import TrainingCompletion
from mhwfmodel.levers.training_inflow import TrainingInflow
from mhwfmodel.levers.training_places import TrainingPlaces
from mhwfmodel.levers.trauma_informed import TraumaInformed
from mhwfmodel.levers.voluntary_funding_shock import VoluntaryFundingShock
from mhwfmodel.levers.wellbeing import Wellbeing

__all__ = ["PlainLever"]

# fmt: off
PlainLever: TypeAlias = (
    Acuity
    | AgencyStaff
    | Attraction
    | CaseloadCap
    | ContractLength
    | CourseDestination
    | CrisisService
    | DemandShock
    | DigitalShift
    | EmployerClosure
    | FeeUplift
    | FrozenPosts
    | FundedPosts
    | FundingStream
    | GuaranteedHours
    | InternationalRecruitment
    | Leadership
    | LocalEmployment
    | NewRoles
    | NhsExpansion
    | Pay
    | PolicyMinutes
    | PostsConversion
    | Prevention
    | ProtectedLearning
    | Recruitment
    | RepeatContact
    | Retention
    | ReturnToPractice
    | Supervision
    | TrainingAtWork
    | TrainingCompletion
    | TrainingInflow
    | TrainingPlaces
    | TraumaInformed
    | VoluntaryFundingShock
    | Wellbeing
)
# fmt: on
