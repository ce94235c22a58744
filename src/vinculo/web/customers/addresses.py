"""Addresses of the list of customers and of each customer."""

from django.urls import path

from vinculo.web.customers import exports, listing, page
from vinculo.web.customers.hand import change
from vinculo.web.customers.identity import views as identity
from vinculo.web.customers.timeline import views as timeline

urlpatterns = [
    path("", listing.customer_list, name="customers"),
    path("count/", listing.customer_count, name="customer_count"),
    path("export.csv", exports.customer_csv, name="customer_csv"),
    path("export.xlsx", exports.customer_workbook, name="customer_workbook"),
    path("export.vcf", exports.customer_cards, name="customer_cards"),
    path("<int:customer_id>/card.vcf", exports.customer_card, name="customer_card"),
    path("views/", listing.view_save, name="view_save"),
    path("views/<int:view_id>/remove/", listing.view_remove, name="view_remove"),
    path("new/", change.customer_new, name="customer_new"),
    path("<int:customer_id>/change/", change.customer_change, name="customer_change"),
    path("<int:customer_id>/undo/<int:record_id>/", change.customer_undo, name="customer_undo"),
    path("<int:customer_id>/identity/", identity.identity_view, name="customer_identity"),
    path("<int:customer_id>/identity/<int:merge_id>/separate/", identity.merge_undo, name="merge_undo"),
    path("<int:customer_id>/merge/<int:other_id>/", identity.merge_view, name="customer_merge"),
    path("<int:customer_id>/timeline/", timeline.timeline_view, name="customer_timeline"),
    path("<int:customer_id>/timeline.csv", timeline.timeline_csv, name="customer_timeline_csv"),
    path("<int:customer_id>/", page.customer_view, name="customer"),
]
