"""allauth's forms as our pages show them: labels and hints in words, nothing written inside the fields."""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp

LABELS = {
    "login": "E-postadress",
    "email": "E-postadress",
    "code": "Engångskod",
    "oldpassword": "Lösenord nu",
    "password1": "Nytt lösenord",
    "password2": "Nytt lösenord igen",
}
HINTS = {
    "code": "Sex siffror från appen, eller en av dina reservkoder.",
    "password1": "Minst 12 tecken. Flera ord i rad är lätta att minnas och svåra att gissa.",
}


def plain(form_class, **hints):
    """The same form without placeholders and with our words."""
    hints = HINTS | hints

    class PlainForm(form_class):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            for name, field in self.fields.items():
                field.widget.attrs.pop("placeholder", None)
                field.label = LABELS.get(name, field.label)
                field.help_text = hints.get(name, "")

    return PlainForm


LoginForm = plain(account.LoginForm)
ReauthenticateForm = plain(account.ReauthenticateForm)
ChangePasswordForm = plain(account.ChangePasswordForm)
ResetPasswordForm = plain(account.ResetPasswordForm)
ResetPasswordKeyForm = plain(account.ResetPasswordKeyForm)
GiveCodeForm = plain(mfa.AuthenticateForm)
GiveCodeAgainForm = plain(mfa.ReauthenticateForm)
SetUpForm = plain(totp.ActivateTOTPForm, code="Sex siffror från appen.")
