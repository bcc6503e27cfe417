"""Addresses of the technicians' space: `/terrain/<provider>/…`."""

from django.urls import path

from portal import help_pages
from portal.field import views
from portal.notification_urls import notification_urls

app_name = "field"

urlpatterns = [
    path("", views.clients, name="clients"),
    path("clients/<uuid:customer_id>/", views.client, name="client"),
    path("aide/", help_pages.field_help, name="help"),
    *notification_urls("field"),
]
