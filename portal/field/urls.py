"""Addresses of the technicians' space: `/terrain/<provider>/…`."""

from django.urls import path

from portal.field import views

app_name = "field"

urlpatterns = [
    path("", views.clients, name="clients"),
    path("clients/<uuid:customer_id>/", views.client, name="client"),
]
