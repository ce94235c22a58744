"""Addresses of relations, households and hierarchies."""

from django.urls import path

from vinculo.web.relations import change, finder, hierarchy, households, page

urlpatterns = [
    path("customers/<int:customer_id>/relations/", page.customer_relations, name="customer_relations"),
    path("customers/<int:customer_id>/relations/add/", change.relation_add, name="relation_add"),
    path("relations/find/", finder.customer_find, name="relation_find"),
    path("relations/<int:relation_id>/", change.relation_change, name="relation_change"),
    path("relations/<int:relation_id>/end/", change.relation_end, name="relation_end"),
    path("relations/undo/<int:change_id>/", change.change_undo, name="relation_undo"),
    path("hierarchies/<int:customer_id>/<slug:kind>/", hierarchy.hierarchy_view, name="hierarchy"),
    path("households/", households.household_list, name="households"),
    path("households/look/", households.household_look, name="household_look"),
    path("households/new/<int:customer_id>/", households.household_new, name="household_new"),
    path("households/suggested/<int:group_id>/", households.suggestion_decide, name="suggestion_decide"),
    path("households/<int:household_id>/", households.household_view, name="household"),
    path("households/<int:household_id>/join/", households.member_add, name="member_add"),
    path("households/<int:household_id>/rename/", households.household_rename, name="household_rename"),
    path("households/left/<int:membership_id>/", households.member_end, name="member_end"),
]
