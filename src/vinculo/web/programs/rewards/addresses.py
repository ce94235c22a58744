"""Addresses of rewards."""

from django.urls import path

from vinculo.web.programs.rewards import catalogue, codes, limits, redemptions

urlpatterns = [
    path("", catalogue.reward_list, name="program_rewards"),
    path("new/", catalogue.reward_new, name="program_reward_new"),
    path("limits/", limits.limit_list, name="program_limits"),
    path("limits/new/", limits.limit_new, name="program_limit_new"),
    path("limits/<int:limit_id>/end/", limits.limit_end, name="program_limit_end"),
    path("redemptions/", redemptions.redemption_list, name="program_redemptions"),
    path("redemptions/<int:redemption_id>/", redemptions.redemption_resolve, name="program_redemption_resolve"),
    path("<int:reward_id>/", catalogue.reward_page, name="program_reward"),
    path("<int:reward_id>/change/", catalogue.reward_change, name="program_reward_change"),
    path("<int:reward_id>/state/", catalogue.reward_state, name="program_reward_state"),
    path("<int:reward_id>/stock/", catalogue.reward_stock, name="program_reward_stock"),
    path("<int:reward_id>/prices/", catalogue.price_set, name="program_price_set"),
    path("<int:reward_id>/prices/remove/", catalogue.price_remove, name="program_price_remove"),
    path("<int:reward_id>/codes/", codes.code_page, name="program_codes"),
    path("<int:reward_id>/codes/import/", codes.code_import, name="program_codes_import"),
    path("<int:reward_id>/codes/plan/", codes.code_plan, name="program_codes_plan"),
    path("<int:reward_id>/codes/make/", codes.code_make, name="program_codes_make"),
    path("<int:reward_id>/codes/progress/", codes.code_progress, name="program_codes_progress"),
    path("<int:reward_id>/codes/take/", codes.code_take, name="program_codes_take"),
    path("<int:reward_id>/codes.csv", codes.code_csv, name="program_codes_csv"),
]
