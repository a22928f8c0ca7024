"""Agreements, criteria, checks, and the letters that follow from them."""

from django.urls import path

from placements.views import agreement_letters, agreements, criteria

urlpatterns = [
    path("avtal/", agreements.agreement_list, name="agreement_list"),
    path("avtal/nytt/", agreements.agreement_new, name="agreement_new"),
    path("avtal/kriterier/", criteria.criterion_list, name="criterion_list"),
    path("avtal/kriterier/nytt/", criteria.criterion_new, name="criterion_new"),
    path("avtal/kriterier/<uuid:uid>/", criteria.criterion_change, name="criterion_change"),
    path("avtal/kontroller/<uuid:uid>/ta-tillbaka/", criteria.check_withdraw, name="check_withdraw"),
    path("avtal/<uuid:uid>/", agreements.agreement_detail, name="agreement_detail"),
    path("avtal/<uuid:uid>/andra/", agreements.agreement_change, name="agreement_change"),
    path("avtal/<uuid:uid>/kriterier/", agreements.agreement_criteria, name="agreement_criteria"),
    path("avtal/<uuid:uid>/kontroller/", criteria.check_grid, name="check_grid"),
    path("avtal/<uuid:uid>/hem/", agreements.agreement_home_new, name="agreement_home_new"),
    path("avtal/<uuid:uid>/hem/<uuid:home>/", agreements.agreement_home, name="agreement_home"),
    path("avtal/<uuid:uid>/hem/<uuid:home>/andra/", agreements.agreement_home_change, name="agreement_home_change"),
    path("avtal/<uuid:uid>/hem/<uuid:home>/ta-bort/", agreements.agreement_home_remove, name="agreement_home_remove"),
    path("avtal/<uuid:uid>/hem/<uuid:home>/kontrollera/", criteria.check_visit, name="check_visit"),
    path("avtal/<uuid:uid>/hem/<uuid:home>/pdf/", agreement_letters.follow_up, name="agreement_follow_up"),
    path("avtal/<uuid:uid>/hem/<uuid:home>/<uuid:criterion>/", criteria.check_list, name="check_list"),
    path("avtal/<uuid:uid>/hem/<uuid:home>/<uuid:criterion>/ny/", criteria.check_new, name="check_new"),
    path("hvb/<uuid:uid>/resultatbrev/", agreement_letters.letter, name="home_letter"),
    path("hvb/<uuid:uid>/resultatbrev/pdf/", agreement_letters.letter_file, name="home_letter_file"),
]
