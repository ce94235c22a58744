"""Addresses of the portal."""

from django.urls import path

from vinculo.web.portal import belonging, door, entrance, home, own, redeeming

urlpatterns = [
    path("", home.home, name="portal_home"),
    path("history/", home.history, name="portal_history"),
    path("sign-in/", entrance.signin_view, name="portal_signin"),
    path("new/", entrance.newcomer, name="portal_newcomer"),
    path("code/", entrance.code_view, name="portal_code"),
    path("link/<str:signed>/", entrance.link_view, name="portal_link"),
    path("which/", entrance.which, name="portal_which"),
    path("sign-out/", entrance.signout, name="portal_signout"),
    path("sign-out/everywhere/", own.signout_everywhere, name="portal_signout_everywhere"),
    path("language/", entrance.language_choose, name="portal_language"),
    path("rewards/", redeeming.catalogue, name="portal_rewards"),
    path("rewards/<int:reward_id>/reserve/", redeeming.reserve, name="portal_reserve"),
    path("redemptions/<int:redemption_id>/", redeeming.redemption, name="portal_redemption"),
    path("redemptions/<int:redemption_id>/take/", redeeming.take, name="portal_take"),
    path("redemptions/<int:redemption_id>/cancel/", redeeming.cancel, name="portal_cancel"),
    path("challenges/", belonging.challenges_view, name="portal_challenges"),
    path("challenges/<int:challenge_id>/join/", belonging.challenge_join, name="portal_challenge_join"),
    path("challenges/<int:challenge_id>/leave/", belonging.challenge_leave, name="portal_challenge_leave"),
    path("friends/", belonging.friends, name="portal_friends"),
    path("votes/", belonging.votes, name="portal_votes"),
    path("votes/<int:ballot_id>/", belonging.vote, name="portal_vote"),
    path("suggestions/", belonging.suggestions, name="portal_suggestions"),
    path("promises/", own.promises, name="portal_promises"),
    path("more/", own.more, name="portal_more"),
    path("preferences/", own.preferences, name="portal_preferences"),
    path("data/", own.data, name="portal_data"),
    path("data/download/", own.data_download, name="portal_data_download"),
    path("leave/", own.leave, name="portal_leave"),
    path("join/", own.join, name="portal_join"),
    path("<path:rest>", door.nothing, name="portal_nothing"),
]
