"""A revision as it is read: the changes, what each party says and where it stands."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import date as iso
from municipalities.accords.changes import changes
from municipalities.forms.revisions import hers
from municipalities.models import AccordParty, Revision, RevisionComment, SignOff
from municipalities.reach import leads

STANDS = {SignOff.Stand.APPROVES: "good", SignOff.Stand.OBJECTS: "late"}


@dataclass(frozen=True)
class PartyLine:
    """One party: its stand, and what has been said for it."""

    party: AccordParty
    sign_off: SignOff | None
    comments: list[RevisionComment]

    @property
    def state(self):
        if self.sign_off is None:
            return "plain", "Har inte tagit ställning"
        return STANDS[self.sign_off.stand], self.sign_off.get_stand_display()


class RevisionPage:
    """One revision for one reader. The same number of questions whatever the number of parties and comments."""

    def __init__(self, revision, user):
        self.revision, self.user = revision, user

    @cached_property
    def lines(self):
        """Today's parties while it is open; afterwards those that were parties then."""
        stands = {signed.party_id: signed for signed in self.revision.sign_offs.select_related("signed_by")}
        said = {}
        for comment in self.revision.comments.select_related("by"):
            said.setdefault(comment.party_id, []).append(comment)
        parties = self.revision.accord.parties.select_related("municipality")
        return [
            PartyLine(party, stands.get(party.pk), said.get(party.pk, []))
            for party in parties
            if self.was_party(party) or party.pk in said
        ]

    def was_party(self, party):
        """Whether it is party, or was so when the revision was closed."""
        closed = self.revision.closed_at
        day = timezone.localdate(closed) if closed else timezone.localdate()
        return party.joined_on <= day and (party.until_on is None or party.until_on > day)

    @property
    def approved(self):
        """`3 av 7 parter har godkänt`."""
        asked = [line for line in self.lines if self.was_party(line.party)]
        yes = sum(1 for line in asked if line.sign_off and line.sign_off.stand == SignOff.Stand.APPROVES)
        return f"{yes} av {len(asked)} parter har godkänt"

    @cached_property
    def changes(self):
        """The proposed text against the one it replaces."""
        held = self.revision.accord.text if self.revision.is_open else self.revision.replaced_text
        return changes(held, self.revision.text)

    @property
    def sentence(self):
        revision = self.revision
        if revision.state == Revision.State.ADOPTED:
            return f"Antagen {iso(timezone.localdate(revision.closed_at))}. {self.approved}."
        if revision.state == Revision.State.DROPPED:
            return f"Avbruten {iso(timezone.localdate(revision.closed_at))}. Texten som gällde fortsatte att gälla."
        until = "Synpunkter lämnas senast" if revision.takes_comments else "Tiden för synpunkter gick ut"
        return f"{self.approved}. {until} {iso(revision.closes_on)}."

    @property
    def state(self):
        kinds = {Revision.State.OPEN: "watch", Revision.State.ADOPTED: "good", Revision.State.DROPPED: "plain"}
        return kinds[self.revision.state], self.revision.get_state_display()

    @cached_property
    def may_lead(self):
        return leads(self.user, Permission.LEAD_REGION_WORK, self.revision.accord.region)

    @cached_property
    def may_comment(self):
        return self.revision.takes_comments and bool(hers(self.revision, self.user, Permission.SPEAK_FOR_MUNICIPALITY))

    @cached_property
    def may_sign(self):
        return self.revision.is_open and bool(hers(self.revision, self.user, Permission.DECIDE_WITH_REGION))
