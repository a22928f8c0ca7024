"""Which home a row means, and how it may be written down.

Institutions are looked up in the register: by the portal's own id, by the municipality's own name or number for them,
or by name. A name nobody knows becomes a proposal in the municipality's name. Of a private home only a keyed digest is
kept: the families have a right to stay out of the portal.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac

from bou_portal.imports import folded
from bou_portal.sorting import sort_key
from placements.codes import INSTITUTIONS
from placements.imports.columns import HIDDEN_HOME
from placements.models import CareHome, HomeAlias

PROPOSED = "?"  # a home key that starts so is an institution that is not in the register yet


def stored_name(municipality: int, form: str, text: str) -> str:
    """What a row keeps of the home's name: the name of an institution, a digest of a private home."""
    if not text or form in INSTITUTIONS:
        return text
    if re.fullmatch(HIDDEN_HOME + "[0-9a-f]{32}", text):
        return text
    return HIDDEN_HOME + _digest(municipality, folded(text))


@lru_cache(maxsize=50_000)
def _digest(municipality: int, name: str) -> str:
    # A key of its own, so that replacing SECRET_KEY does not make every private home look like another one.
    digest = salted_hmac(
        "placements.private-home", f"{municipality}:{name}", secret=settings.HOME_DIGEST_KEY, algorithm="sha256"
    )
    return digest.hexdigest()[:32]


class Homes:
    """The register as these municipalities see it, and the proposals their rows make."""

    def __init__(self, municipalities: Iterable[int]):
        self.by_name, self.by_alias, self.by_uid, self.proposals = {}, {}, {}, {}
        known = CareHome.objects.known_to(municipalities).order_by(
            "status", "-pk"
        )  # the last one stands: registered, and of those the oldest
        for pk, uid, name, form, status, proposed_by in known.values_list(
            "pk", "uid", "name", "form_group", "status", "proposed_by"
        ):
            owner = proposed_by if status == CareHome.Status.PROPOSED else None
            self.by_name[owner, form, folded(name)] = pk
            self.by_uid[uid.hex] = pk
        aliases = HomeAlias.objects.filter(municipality__in=municipalities)
        for municipality, key, pk in aliases.values_list("municipality", "key", "home"):
            self.by_alias[municipality, folded(key)] = pk

    def key(self, municipality: int, form: str, name: str) -> str:
        """What tells the home apart in the fold: the register's id, a digest, a proposal's mark, or "" = unknown."""
        if not name:
            return ""
        if form not in INSTITUTIONS:
            return name.removeprefix(HIDDEN_HOME)
        word = folded(name)
        pk = (
            self.by_alias.get((municipality, word))
            or self.by_uid.get(word)
            or self.by_name.get((None, form, word))
            or self.by_name.get((municipality, form, word))
        )
        if pk:
            return str(pk)
        key = f"{PROPOSED}{municipality}:{form}:{word}"
        self.proposals.setdefault(key, (municipality, form, name))
        return key

    def propose(self, keys: set[str]) -> dict[str, str]:
        """Create the proposals that are used, and say which id each key became."""
        wanted = sorted(key for key in keys if key.startswith(PROPOSED))
        homes = [
            CareHome(
                name=name,
                name_key=sort_key(name)[:100],
                form_group=form,
                status=CareHome.Status.PROPOSED,
                proposed_by_id=municipality,
            )
            for municipality, form, name in (self.proposals[key] for key in wanted)
        ]
        created = CareHome.objects.bulk_create(homes, batch_size=500)
        return {key: str(home.pk) for key, home in zip(wanted, created, strict=True)}


def home_id(key: str, form: str) -> int | None:
    """The register's id behind a home key, None for private and unknown homes."""
    return int(key) if key and form in INSTITUTIONS else None


def forget_proposals(municipalities: Iterable[int]):
    """Remove proposals that no placement rests on any more."""
    proposed = CareHome.objects.filter(status=CareHome.Status.PROPOSED, proposed_by__in=municipalities)
    # What rests on a person's word: facts that somebody entered, a choice, an agreement, a check.
    told = {f"{name}__isnull": True for name in ("facts", "choices", "not_chosen", "agreements", "checks", "replies")}
    proposed.filter(placements__isnull=True, aliases__isnull=True, ratings__isnull=True, **told).delete()
