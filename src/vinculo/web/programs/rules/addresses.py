"""Addresses of rules, below that of their programme."""

from django.urls import path

from vinculo.web.programs.rules import deciding, editor, listing, replay, trial

urlpatterns = [
    path("", listing.rule_list, name="program_rules"),
    path("new/", editor.rule_new, name="program_rule_new"),
    path("condition/", editor.condition_check, name="program_condition"),
    path("try/", trial.trial, name="program_trial"),
    path("replays/", replay.replay_list, name="program_replays"),
    path("replays/<int:replay_id>/", replay.replay_page, name="program_replay"),
    path("replays/<int:replay_id>/progress/", replay.replay_progress, name="program_replay_progress"),
    path("<int:rule_id>/", listing.rule_page, name="program_rule"),
    path("<int:rule_id>/edit/", editor.rule_edit, name="program_rule_edit"),
    path("<int:rule_id>/try/", trial.trial, name="program_rule_trial"),
    path("<int:rule_id>/simulate/", replay.replay_ask, name="program_rule_simulate"),
    path("<int:rule_id>/propose/", deciding.propose, name="program_rule_propose"),
    path("<int:rule_id>/approve/", deciding.approve, name="program_rule_approve"),
    path("<int:rule_id>/return/", deciding.give_back, name="program_rule_return"),
    path("<int:rule_id>/retire/", deciding.retire, name="program_rule_retire"),
]
