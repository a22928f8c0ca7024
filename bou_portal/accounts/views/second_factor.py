"""allauth's two views that add and remove the authenticator app, with our log line in the same transaction."""

from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.db import transaction

from bou_portal.accounts import second_factor


class SetUp(ActivateTOTPView):
    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        second_factor.added(self.request)
        return response


class TakeAway(DeactivateTOTPView):
    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        second_factor.removed(self.request)
        return response


set_up = SetUp.as_view()
take_away = TakeAway.as_view()
