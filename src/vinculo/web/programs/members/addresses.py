"""Addresses of members, below that of their programme."""

from django.urls import path

from vinculo.web.programs.members import change, hand, listing, page

urlpatterns = [
    path("", listing.member_list, name="program_members"),
    path("members.csv", listing.member_csv, name="program_members_csv"),
    path("members.xlsx", listing.member_workbook, name="program_members_workbook"),
    path("join/", change.join, name="program_join"),
    path("household/", change.pool_new, name="program_pool_new"),
    path("by-hand/", hand.waiting, name="program_hand"),
    path("by-hand/limit/", hand.limit, name="program_hand_limit"),
    path("by-hand/<int:grant_id>/", hand.decide, name="program_hand_decide"),
    path("<int:member_id>/", page.member_page, name="program_member"),
    path("<int:member_id>/block/", change.block, name="program_member_block"),
    path("<int:member_id>/leave/", change.leave, name="program_member_leave"),
    path("<int:member_id>/pool/", change.pool, name="program_member_pool"),
    path("<int:member_id>/hand/", hand.give, name="program_member_hand"),
]
