"""Addresses of a practice's space: `/c/<customer>/…`."""

from django.urls import path

from portal.practice import contracts, home, invoices

app_name = "practice"

urlpatterns = [
    path("", home.home, name="home"),
    path("contrats/<uuid:contract_id>/", contracts.contract, name="contract"),
    path("documents/<uuid:document_id>/", contracts.document, name="document"),
    path("factures/", invoices.invoices, name="invoices"),
    path("factures/archive.zip", invoices.invoices_zip, name="invoices_zip"),
    path("factures/<uuid:invoice_id>/", invoices.invoice, name="invoice"),
    path("factures/<uuid:invoice_id>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
]
