"""Addresses of accounts. allauth's views under Swedish words: what is not listed here does not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from bou_portal.accounts.views import invitations, members, profile, second_factor, units

urlpatterns = [
    path("konto/", profile.profile, name="profile"),
    path("konto/logga-ut-overallt/", profile.sign_out_everywhere, name="sign_out_everywhere"),
    # Also for those who stop half-way in, with the password given and the code not.
    path("konto/logga-ut/", login_not_required(account.logout), name="account_logout"),
    path("konto/skaffa/", account.signup, name="account_signup"),  # closed: it says how one gets an account
    path("konto/last/", account.account_inactive, name="account_inactive"),
    path("konto/bekrafta/", account.reauthenticate, name="account_reauthenticate"),
    path("konto/losenord/", account.password_change, name="account_change_password"),
    path("konto/losenord/glomt/", account.password_reset, name="account_reset_password"),
    path("konto/losenord/glomt/skickat/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^konto/losenord/nytt/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("konto/losenord/klart/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("konto/tvafaktor/", mfa.index, name="mfa_index"),
    path("konto/tvafaktor/kod/", mfa.authenticate, name="mfa_authenticate"),
    path("konto/tvafaktor/bekrafta/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("konto/tvafaktor/app/", second_factor.set_up, name="mfa_activate_totp"),
    path("konto/tvafaktor/app/ta-bort/", second_factor.take_away, name="mfa_deactivate_totp"),
    path("konto/tvafaktor/reservkoder/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "konto/tvafaktor/reservkoder/nya/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path("inbjudan/<str:token>/", invitations.accept_invitation, name="accept_invitation"),
    path("medarbetare/", members.members, name="members"),
    path("medarbetare/bjud-in/", invitations.invite, name="invite"),
    path("medarbetare/inbjudan/<uuid:uid>/skicka-igen/", invitations.resend_invitation, name="resend_invitation"),
    path("medarbetare/inbjudan/<uuid:uid>/aterta/", invitations.withdraw_invitation, name="withdraw_invitation"),
    path("medarbetare/enheter/<slug:code>/", units.units, name="units"),
    path("medarbetare/enheter/<slug:code>/insyn/", units.openness, name="openness"),
    path("medarbetare/<uuid:uid>/", members.member_detail, name="member_detail"),
    path("medarbetare/<uuid:uid>/nollstall/", members.reset_second_factor, name="reset_second_factor"),
]
