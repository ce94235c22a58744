"""Addresses of the till."""

from django.urls import path

from vinculo.web.till import award, byhand, finder, member, redeem, returning

urlpatterns = [
    path("", finder.till, name="till"),
    path("find/", finder.find, name="till_find"),
    path("programme/", finder.program_choose, name="till_program"),
    path("undo/<int:action_id>/", member.undo, name="till_undo"),
    path("code/", redeem.code_use, name="till_code"),
    path("waiting/", byhand.waiting, name="till_waiting"),
    path("waiting/<int:grant_id>/", byhand.decide, name="till_decide"),
    path("limit/", byhand.limit, name="till_limit"),
    path("<int:member_id>/", member.page, name="till_member"),
    path("<int:member_id>/award/", award.form, name="till_award"),
    path("<int:member_id>/award/book/", award.book, name="till_book"),
    path("<int:member_id>/redeem/", redeem.offers, name="till_redeem"),
    path("<int:member_id>/redeem/<slug:code>/", redeem.reward, name="till_reward"),
    path("<int:member_id>/return/", returning.form, name="till_return"),
    path("<int:member_id>/return/book/", returning.book, name="till_take_back"),
    path("<int:member_id>/hand/", byhand.give, name="till_hand"),
]
