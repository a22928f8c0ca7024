"""The questionnaire as data: complete, in order, and kept by the model's fields."""

from placements.models import Rating
from placements.questionnaire import questionnaire


def test_questionnaire_asks_22_statements_in_eight_domains():
    assert [s.number for s in questionnaire().statements] == list(range(1, 23))
    assert [(d.code, len(d.statements)) for d in questionnaire().domains] == [
        ("D1", 2), ("D2", 3), ("D3", 3), ("D4", 3), ("D5", 3), ("D6", 3), ("D7", 3), ("D8", 2),
    ]  # fmt: skip
    assert [d.criterion for d in questionnaire().domains] == [f"K{n}" for n in range(1, 9)]


def test_short_form_asks_one_statement_per_domain():
    short = [s.number for domain in questionnaire().domains for s in domain.asked(short=True)]
    assert short == [1, 3, 6, 9, 12, 16, 19, 22]


def test_short_form_speaks_of_a_stay_that_goes_on():
    statement = questionnaire().domains[2].asked(short=True)[0]
    assert statement.text == "Min bild är att den unge är trygg på hemmet, dag som natt."
    assert questionnaire().domains[2].asked()[0].text == "Min bild är att den unge var trygg på hemmet, dag som natt."


def test_scale_has_five_words_and_a_way_out():
    assert len(questionnaire().scale) == 5
    assert questionnaire().scale[0] == "Stämmer inte alls"
    assert questionnaire().scale[4] == "Stämmer helt"
    assert questionnaire().not_applicable == "Vet ej / ej aktuellt"


def test_every_question_is_kept_by_a_field_of_the_rating():
    fields = {field.name for field in Rating._meta.get_fields()}
    assert set(questionnaire().questions) <= fields
    assert [q.number for q in questionnaire().questions.values() if q.number] == [23, 24, 25, 26, 27]
