from placements.models.children import Assignment, CareEpisode, Child, LegalBasis
from placements.models.deliveries import Delivery, DeliveryMapping, DeliveryRow
from placements.models.followups import FollowUp, HealthExam, Plan, Review
from placements.models.homes import CareHome, HomeAlias
from placements.models.placements import Placement
from placements.models.ratings import Rating, RatingAnswer
from placements.models.rules import Rule

__all__ = [
    "Assignment",
    "CareEpisode",
    "CareHome",
    "Child",
    "Delivery",
    "DeliveryMapping",
    "DeliveryRow",
    "FollowUp",
    "HealthExam",
    "HomeAlias",
    "LegalBasis",
    "Placement",
    "Plan",
    "Rating",
    "RatingAnswer",
    "Review",
    "Rule",
]
