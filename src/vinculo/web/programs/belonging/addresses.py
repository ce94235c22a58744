"""Addresses of belonging."""

from django.urls import path

from vinculo.web.programs.belonging import ballots, bringing, overview, recognition

urlpatterns = [
    path("", overview.belonging, name="program_belonging"),
    path("challenges/new/", overview.challenge_change, name="program_challenge_new"),
    path("challenges/<int:row_id>/", overview.challenge_change, name="program_challenge_change"),
    path("streaks/new/", overview.streak_change, name="program_streak_new"),
    path("streaks/<int:row_id>/", overview.streak_change, name="program_streak_change"),
    path("badges/new/", overview.badge_change, name="program_badge_new"),
    path("badges/<int:row_id>/", overview.badge_change, name="program_badge_change"),
    path("state/<str:noun>/<int:row_id>/", overview.state_change, name="program_belonging_state"),
    path("votes/", ballots.ballot_list, name="program_ballots"),
    path("votes/new/", ballots.ballot_new, name="program_ballot_new"),
    path("votes/<int:ballot_id>/close/", ballots.ballot_close, name="program_ballot_close"),
    path("suggestions/", ballots.suggestion_list, name="program_suggestions"),
    path("suggestions/<int:suggestion_id>/", ballots.suggestion_answer, name="program_suggestion_answer"),
    path("referrals/", bringing.referral_page, name="program_referrals"),
    path("referrals/plan/", bringing.plan_change, name="program_plan"),
    path("early/", recognition.early_list, name="program_early"),
    path("early/<int:set_id>/new/", recognition.early_new, name="program_early_new"),
    path("recognition/", recognition.recognition, name="program_recognition"),
]
