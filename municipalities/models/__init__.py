from municipalities.models.places import Municipality, Region, Unit
from municipalities.models.releases import Release

__all__ = ["Municipality", "Region", "Release", "Unit"]
