"""Levers: what a plan may change. One file a lever; a new lever is its file and its name in the union below."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mhwfmodel.levers.base import Change, Context, LeverBase, Month, Scope
from mhwfmodel.levers.effects import CandidatesOffered, Closed, Effect, PostsAdded, Scaled
from mhwfmodel.levers.employer_closure import EmployerClosure
from mhwfmodel.levers.funded_posts import FundedPosts
from mhwfmodel.levers.pay import Pay
from mhwfmodel.levers.recruitment import Recruitment
from mhwfmodel.levers.retention import Retention
from mhwfmodel.levers.training_inflow import TrainingInflow

__all__ = [
    "CandidatesOffered",
    "Change",
    "Closed",
    "Context",
    "Effect",
    "EmployerClosure",
    "FundedPosts",
    "Lever",
    "LeverBase",
    "Month",
    "Pay",
    "PostsAdded",
    "Recruitment",
    "Retention",
    "Scaled",
    "Scope",
    "TrainingInflow",
]

Lever = Annotated[
    FundedPosts | Recruitment | Retention | Pay | TrainingInflow | EmployerClosure, Field(discriminator="kind")
]
