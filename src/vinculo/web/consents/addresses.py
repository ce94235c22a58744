"""Addresses of consents: those of the staff, and those a customer opens from a mail."""

from django.urls import path

from vinculo.web.consents import answers, page

urlpatterns = [
    path("preferences/<str:signed>/", answers.preferences, name="preferences"),
    path("unsubscribe/<str:signed>/", answers.unsubscribe, name="unsubscribe"),
    path("confirm/<str:signed>/", answers.confirm, name="confirmation"),
    path("customers/<int:customer_id>/consents/", page.consents_view, name="consents"),
    path("customers/<int:customer_id>/consents/record/", page.consent_record, name="consent_record"),
    path("customers/<int:customer_id>/consents/ask/", page.consent_ask, name="consent_ask"),
    path("customers/<int:customer_id>/consents/link/", page.preferences_send, name="preferences_send"),
]
