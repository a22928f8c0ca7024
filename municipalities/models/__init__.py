from municipalities.models.accords import Accord, AccordDate, AccordParty, Revision, RevisionComment, SignOff
from municipalities.models.bodies import Body, BodyMember, Decision, DecisionStep
from municipalities.models.cooperation import (
    CooperationModel,
    CooperationPaper,
    Deviation,
    DeviationStep,
    LocalNetwork,
)
from municipalities.models.directory import Holder, Mandate, Organisation, Post
from municipalities.models.knowledge import Dispatch, Knowledge, Receipt, SavedItem
from municipalities.models.kpis import Kpi, KpiAnalysis, KpiImport, KpiValue, ReleaseExport, SimilarMunicipality
from municipalities.models.meetings import AgendaItem, Meeting, ReportStand
from municipalities.models.needs import CourseBasis, InventoryAnswer, Need, NeedInventory, RequestStep, SupportRequest
from municipalities.models.news import Comment, News, Subscriber
from municipalities.models.places import Municipality, Region, Unit
from municipalities.models.plans import (
    Activity,
    ActivityStep,
    Focus,
    Goal,
    Plan,
    PlanVersion,
)
from municipalities.models.protection import Proposal, ProposalActivity, ProposalWork
from municipalities.models.regional import Topic
from municipalities.models.releases import Release

__all__ = [
    "Accord",
    "AccordDate",
    "AccordParty",
    "Activity",
    "ActivityStep",
    "AgendaItem",
    "Body",
    "BodyMember",
    "Comment",
    "CooperationModel",
    "CooperationPaper",
    "CourseBasis",
    "Decision",
    "DecisionStep",
    "Deviation",
    "DeviationStep",
    "Dispatch",
    "Focus",
    "Goal",
    "Holder",
    "InventoryAnswer",
    "Knowledge",
    "Kpi",
    "KpiAnalysis",
    "KpiImport",
    "KpiValue",
    "LocalNetwork",
    "Mandate",
    "Meeting",
    "Municipality",
    "Need",
    "NeedInventory",
    "News",
    "Organisation",
    "Plan",
    "PlanVersion",
    "Post",
    "Proposal",
    "ProposalActivity",
    "ProposalWork",
    "Receipt",
    "Region",
    "Release",
    "ReleaseExport",
    "ReportStand",
    "RequestStep",
    "Revision",
    "RevisionComment",
    "SavedItem",
    "SignOff",
    "SimilarMunicipality",
    "Subscriber",
    "SupportRequest",
    "Topic",
    "Unit",
]
