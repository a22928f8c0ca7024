"""A region's invented news: two years of what a development leader would tell, with comments and subscribers."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from bou_portal.access import Permission
from municipalities.forms.news import free_slug, may_own
from municipalities.models import Comment, News, Subscriber

# (days ago, topic, title, lead, body). The first is still a draft, the last was taken away.
NEWS = (
    (
        0,
        "samverkan",
        "Nytt om SIP-utbildning i vår",
        "Tre halvdagar om samordnad individuell plan, för socialtjänst, skola och hälso- och sjukvård.",
        "Utkast: datum och lokal återstår.\n\nAnmälan öppnar när lokalen är klar.",
    ),
    (
        2,
        "familjehem",
        "Gemensam grundutbildning för familjehem startar i januari",
        "Länets kommuner utbildar nya familjehem tillsammans, två gånger om året och delvis på distans.",
        "Utbildningen bygger på Socialstyrelsens material ”Ett hem att växa i” och leds av två familjehemssekreterare "
        "från olika kommuner.\n\nFörsta omgången har 24 platser. Kommuner med få familjehem får plats först, eftersom "
        "de har svårast att ordna en egen.\n\nMer om materialet finns på https://www.socialstyrelsen.se/.",
    ),
    (
        9,
        "uppfoljning",
        "Så går det: kvartalets gemensamma uppföljning är klar",
        "Alla kommuner har lämnat sina uppgifter. Rapporten för spridning finns i portalen för den som har konto.",
        "Rapporten visar hur placeringarna följs upp i länet. Små grupper är dolda för att skydda enskilda.\n\n"
        "Cheferna går igenom sin del med sin utvecklingsledare under månaden.",
    ),
    (
        23,
        "delaktighet",
        "Enheterna börjar årets samtal med barn och unga",
        "Fyra frågor, samma i hela länet. Svaren samlas som teman, aldrig som citat som går att känna igen.",
        "Samtalen hålls av medarbetare som barnet känner. Det som leder till en ändring skrivs upp som ett beslut, "
        "och följs upp efter ett halvår.\n\nÄr du placerad och vill berätta? Fråga din socialsekreterare.",
    ),
    (
        41,
        "hvb",
        "Nya skakrav i länets ramavtal för HVB",
        "Alltid en vuxen vaken på natten, och besked inom två dygn när bemanningen ändras.",
        "Kraven gäller nya placeringar. För dem som redan bor i ett hem går avtalsgruppen igenom läget med hemmet.\n\n"
        "Resultatet av omdömena vägs in när avtalen följs upp.",
    ),
    (
        66,
        "halsa",
        "Kortare väg till hälsoundersökning",
        "Regionens barnhälsa tar emot beställningar en gång i veckan, med en kontaktperson för varje kommun.",
        "Målet är att alla som placeras erbjuds en undersökning i god tid. Beställningen görs av "
        "socialsekreteraren, och mottagningen svarar inom fem dagar.",
    ),
    (
        94,
        "bbic",
        "BBIC-nätverket träffas fyra gånger i år",
        "Varje träff har ett tema, och protokollet läggs i biblioteket.",
        "Höstens teman är skyddsbedömning och barnets delaktighet i utredningen.\n\nHar din kommun ett ärende? Skriv till samordnaren.",
    ),
    (
        130,
        "utredning",
        "Mall för skyddsbedömning prövas i tre kommuner",
        "Mallen är en sida lång och tar upp det som oftast saknats i granskningarna.",
        "Prövningen pågår till årsskiftet. Därefter beslutar styrgruppen om mallen ska gälla i hela länet.",
    ),
    (
        190,
        "bemanning",
        "Introduktion för nya socialsekreterare",
        "Åtta dagar under ett halvår, med handledning mellan träffarna.",
        "Introduktionen är gemensam för länet och öppen för den som har arbetat kortare tid än ett år.",
    ),
    (
        260,
        "annat",
        "Portalen är igång",
        "Här samlas länets gemensamma arbete för barn och unga.",
        "Nyheterna och planen kan läsas av alla. Resten kräver konto.",
    ),
    (
        300,
        "annat",
        "Inställd träff",
        "Träffen den 12:e är inställd.",
        "En ny tid kommer.",
    ),
)
COMMENTS = (
    ("Bra att de små kommunerna går först. Hur anmäler man?", ""),
    ("Anmälan går genom utvecklingsledaren, det står i inbjudan.", ""),
    ("Kan någon ta vår plats? Vi har semester då.", "Hör hemma i ett mail till samordnaren."),
)
SUBSCRIBERS = (("anna", "genast", []), ("redaktionen", "vecka", []), ("namnden", "vecka", ["familjehem", "hvb"]))


def make_news(region, people, today):
    """News from the last year, comments on the newest, and three subscribers. Harmless to repeat."""
    owner = may_own(region).order_by("pk").first()
    if owner is None or News.objects.filter(region=region).exists():
        return
    written = [_news(region, owner, today, *facts) for facts in NEWS]
    News.objects.filter(pk=written[-1].pk).update(withdrawn_at=timezone.now())
    _comments(written[1], owner, people)
    for name, frequency, topics in SUBSCRIBERS:
        facts = {"frequency": frequency, "topics": topics, "confirmed_at": timezone.now(), "weekly_mail_on": today}
        Subscriber.objects.get_or_create(region=region, email=f"{name}-{region.code}@demo.example", defaults=facts)


def _news(region, owner, today, days, topic, title, lead, body):
    moment = timezone.make_aware(datetime.combine(today - timedelta(days=days), time(9, 30))) if days else None
    facts = {"topic": topic, "title": title, "lead": lead, "body": body, "owner": owner, "owner_name": str(owner)}
    slug = free_slug(title, region)
    return News.objects.create(region=region, slug=slug, published_at=moment, mailed_at=moment, **facts)


def _comments(news, owner, people):
    """By colleagues in the region, an hour apart; the last is hidden."""
    writers = [
        user
        for user in people.values()
        if news.region_id in user.regions(Permission.READ_REGION_WORK) and user != owner
    ]
    for number, (text, reason) in enumerate(COMMENTS):
        if not writers:
            return
        comment = Comment.objects.create(news=news, text=text, by=writers[number % len(writers)])
        at = news.published_at + timedelta(hours=number + 1)
        hidden = {"hidden_at": at + timedelta(hours=1), "hidden_by": owner, "hidden_reason": reason} if reason else {}
        Comment.objects.filter(pk=comment.pk).update(at=at, **hidden)
