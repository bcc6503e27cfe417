"""Addresses of the technicians' space: `/terrain/<provider>/…`."""

from django.urls import path

from portal.field import views
from portal.notification_urls import notification_urls

app_name = "field"

urlpatterns = [
    path("", views.clients, name="clients"),
    path("clients/<uuid:customer_id>/", views.client, name="client"),
    *notification_urls("field"),
]
