"""The regions' own work, invented: rich where the personas work, leaner elsewhere. Harmless to repeat."""

from bou_portal.accounts.models import User
from bou_portal.demo.people import PERSONAS
from bou_portal.demo.region_accords import make_accords
from bou_portal.demo.region_bodies import answer_plans, make_bodies
from bou_portal.demo.region_cooperation import make_cooperation
from bou_portal.demo.region_directory import make_directory
from bou_portal.demo.region_knowledge import make_knowledge
from bou_portal.demo.region_kpis import make_kpis
from bou_portal.demo.region_needs import make_needs
from bou_portal.demo.region_news import make_news
from bou_portal.demo.region_plans import make_plans
from municipalities.models import Region

# In the order in which the rows lean on each other.
PARTS = (
    make_needs,
    make_bodies,
    make_plans,
    answer_plans,
    make_accords,
    make_knowledge,
    make_news,
    make_directory,
    make_cooperation,
)


def make_region_work(today):
    """What the reports that are frozen after it tell of, in every region of the portal. Returns a Swedish line to say."""
    regions = make(PARTS, today)
    return f"Plan, organ, behov, överenskommelser, kunskap, nyheter och samverkan i {regions} regioner."


def make_region_figures(today):
    """Indicators from others with their analyses, and what is taken out of what is frozen. Returns a line to say."""
    return f"Nyckeltal och uttag i {make((make_kpis,), today)} regioner."


def make(parts, today):
    """Each part in each region; how many regions they were."""
    regions = list(Region.objects.members())
    for region in regions:
        people = personas_in(region)
        for part in parts:
            part(region, people, today)
    return len(regions)


def personas_in(region):
    """{address: user} of the personas who work in the region or in one of its municipalities."""
    codes = {region.code, *region.municipalities.values_list("code", flat=True)}
    addresses = [persona.email for persona in PERSONAS if persona.place in codes]
    users = {user.email: user for user in User.objects.filter(email__in=addresses)}
    return {email: users[email] for email in addresses}
