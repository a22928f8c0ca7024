from bou_portal.accounts.forms.invitations import AcceptForm, InvitationForm, JoinForm
from bou_portal.accounts.forms.members import MemberUnitForm, OpennessForm, ProfileForm, UnitForm

__all__ = ["AcceptForm", "InvitationForm", "JoinForm", "MemberUnitForm", "OpennessForm", "ProfileForm", "UnitForm"]
