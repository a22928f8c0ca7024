from placements.models.agreements import Agreement, AgreementHome, Check, Criterion
from placements.models.analyses import AnalysisCause, AnalysisMeasure, AnalysisStep, EventAnalysis
from placements.models.base_data import BaseData
from placements.models.children import Assignment, CareEpisode, Child, LegalBasis
from placements.models.choices import HomeChoice, HomeUse
from placements.models.comments import HealthComment
from placements.models.covers import Cover
from placements.models.decisions import CustodyQuestion, Investigation, PostFollowUp, Restriction
from placements.models.deliveries import Delivery, DeliveryMapping, DeliveryRow
from placements.models.dues import Due
from placements.models.followups import FollowUp, HealthExam, Plan, Review
from placements.models.foster_centre import CentreMessage, CentreMonth, CentreSurvey, CentreThread, HomeNeed
from placements.models.homes import CareHome, HomeAlias, HomeChange, HomeFact, HomeImport, HomeReply, HomeWay
from placements.models.participation import ParticipationStatus
from placements.models.placements import Placement
from placements.models.rating_tasks import RatingTask
from placements.models.ratings import Rating, RatingAnswer, RatingForm
from placements.models.reception import Bottleneck, Reception
from placements.models.rules import LocalTarget, Rule
from placements.models.sips import Sip
from placements.models.voice import (
    Interview,
    InterviewTheme,
    Quote,
    UnitPhase,
    VoiceDecision,
    VoiceModel,
    VoiceRound,
    VoiceStep,
)
from placements.models.written import WrittenRow

__all__ = [
    "Agreement",
    "AgreementHome",
    "AnalysisCause",
    "AnalysisMeasure",
    "AnalysisStep",
    "Assignment",
    "BaseData",
    "Bottleneck",
    "CareEpisode",
    "CareHome",
    "CentreMessage",
    "CentreMonth",
    "CentreSurvey",
    "CentreThread",
    "Check",
    "Child",
    "Cover",
    "Criterion",
    "CustodyQuestion",
    "Delivery",
    "DeliveryMapping",
    "DeliveryRow",
    "Due",
    "EventAnalysis",
    "FollowUp",
    "HealthComment",
    "HealthExam",
    "HomeAlias",
    "HomeChange",
    "HomeChoice",
    "HomeFact",
    "HomeImport",
    "HomeNeed",
    "HomeReply",
    "HomeUse",
    "HomeWay",
    "Interview",
    "InterviewTheme",
    "Investigation",
    "LegalBasis",
    "LocalTarget",
    "ParticipationStatus",
    "Placement",
    "Plan",
    "PostFollowUp",
    "Quote",
    "Rating",
    "RatingAnswer",
    "RatingForm",
    "RatingTask",
    "Reception",
    "Restriction",
    "Review",
    "Rule",
    "Sip",
    "UnitPhase",
    "VoiceDecision",
    "VoiceModel",
    "VoiceRound",
    "VoiceStep",
    "WrittenRow",
]
