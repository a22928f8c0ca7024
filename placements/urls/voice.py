"""Children's voices: participation, rounds of interviews, yearly reports."""

from django.urls import path

from placements.views import voice, voice_models, voice_units

urlpatterns = [
    path("rost/", voice.voices, name="voices"),
    path("rost/omgang/ny/", voice.voice_round_new, name="voice_round_new"),
    path("rost/omgang/<uuid:uid>/", voice.voice_round, name="voice_round"),
    path("rost/omgang/<uuid:uid>/andra/", voice.voice_round_change, name="voice_round_change"),
    path("rost/omgang/<uuid:uid>/avsluta/", voice.voice_round_close, name="voice_round_close"),
    path("rost/omgang/<uuid:uid>/arsrapport/pdf/", voice.voice_report, name="voice_report"),
    path("rost/omgang/<uuid:uid>/intervju/", voice.interview_new, name="interview_new"),
    path("rost/omgang/<uuid:uid>/citat/", voice.quote_new, name="quote_new"),
    path("rost/omgang/<uuid:uid>/beslut/", voice.voice_decision_new, name="voice_decision_new"),
    path("rost/omgang/<uuid:uid>/<slug:step>/", voice.voice_step, name="voice_step"),
    path("rost/intervju/<uuid:uid>/ta-bort/", voice.interview_undo, name="interview_undo"),
    path("rost/citat/<uuid:uid>/granska/", voice.quote_check, name="quote_check"),
    path("rost/citat/<uuid:uid>/ta-bort/", voice.quote_remove, name="quote_remove"),
    path("rost/beslut/<uuid:uid>/", voice.voice_decision, name="voice_decision"),
    path("rost/fas/", voice_units.unit_phase, name="unit_phase"),
    path("rost/delaktighet/", voice_units.participation, name="participation"),
    path("rost/delaktighet/svara/", voice_units.participation_new, name="participation_new"),
    path("rost/delaktighet/<uuid:uid>/", voice_units.participation_change, name="participation_change"),
    path("rost/modeller/", voice_models.voice_models, name="voice_models"),
    path("rost/modeller/<uuid:uid>/", voice_models.voice_model, name="voice_model"),
    path("rost/modeller/<uuid:uid>/kopiera/", voice_models.voice_model_copy, name="voice_model_copy"),
]
