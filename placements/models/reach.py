"""Which rows a user reaches that are not about one child: by the municipality or by the region that they carry."""

from django.db import models


class MunicipalRowsQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Rows of the municipalities where this user holds this permission."""
        return self.filter(municipality__in=user.municipalities(permission))


class RegionalRowsQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Rows of the regions this user reaches with this permission."""
        return self.filter(region__in=user.regions(permission))
