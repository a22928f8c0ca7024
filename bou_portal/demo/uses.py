"""How the invented municipalities use what is known of homes: searches, choices, and a home that has written back."""

from datetime import timedelta
from random import Random

from bou_portal.accounts.models import User
from bou_portal.demo.people import HOME_REGION
from bou_portal.periods import add_months
from municipalities.models import Municipality, Region
from placements.models import AgreementHome, HomeChoice, HomeReply, HomeUse

MONTHS, CHOICES = 6, 7
REPLIES = (
    "Tack för omdömena. Vi har anställt två personer till för kvällar och helger och ser fram emot att höra om det märks.",
    "Vi har läst vad ni tycker om våra rapporter. Sedan i höstas skickar vi dem den femte varje månad, i samma form.",
)


def make_uses(today):
    """Everything, once; harmless to repeat. A sentence of what was made. One municipality has never searched."""
    if HomeUse.objects.exists():
        return "Sökningar och val fanns redan."
    region = Region.objects.get(code=HOME_REGION)
    *users, _never = Municipality.objects.filter(region=region).order_by("-population_0_20")
    homes = [cover.home for cover in AgreementHome.objects.filter(agreement__region=region).select_related("home")]
    for place in users:
        random = Random(f"uses-{place.code}")
        HomeUse.objects.bulk_create(
            HomeUse(municipality=place, month_on=add_months(today.replace(day=1), -ago), what=what, count=random.randint(*span))
            for ago in range(MONTHS)
            for what, span in (("sök", (4, 30)), ("jämför", (1, 9)), ("underlag", (1, 5)))
        )  # fmt: skip
        for number in range(CHOICES):
            home, other = random.sample(homes, 2)
            choice = HomeChoice.objects.create(
                municipality=place, home=home, reason=random.choice(HomeChoice.Reason.values),
                statistics=random.choice(HomeChoice.Use.values), chosen_on=today - timedelta(days=100 + 35 * number),
            )  # fmt: skip
            choice.alternatives.set([other])
    leader = User.objects.get(email="lena@demo.example")
    for home, text, days in zip(homes, REPLIES, (20, 75), strict=False):
        HomeReply.objects.create(
            region=region, home=home, text=text, replied_on=today - timedelta(days=days), entered_by=leader
        )
    return f"{HomeChoice.objects.count()} val av hem och {HomeReply.objects.count()} svar från hem."
