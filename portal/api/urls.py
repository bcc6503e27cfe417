"""Addresses of the programming interface and of its description."""

from django.urls import path

from portal.api import contracts, customers, documentation, forecasts, invoices, offers
from portal.api.ids import register

register()

V1 = "api/v1/"
urlpatterns = [
    path("api/docs", documentation.docs, name="api_docs"),
    path("api/schema", documentation.schema, name="api_schema"),
    path(f"{V1}customers", customers.Customers.as_view(), name="api_customers"),
    path(f"{V1}customers/<cus:customer_id>", customers.OneCustomer.as_view(), name="api_customer"),
    path(f"{V1}contacts", customers.Contacts.as_view(), name="api_contacts"),
    path(f"{V1}contacts/<con:contact_id>", customers.OneContact.as_view(), name="api_contact"),
    path(f"{V1}contracts", contracts.Contracts.as_view(), name="api_contracts"),
    path(f"{V1}contracts/<ctr:contract_id>", contracts.OneContract.as_view(), name="api_contract"),
    path(
        f"{V1}contracts/<ctr:contract_id>/forecast",
        forecasts.Forecast.as_view(),
        name="api_forecast",
    ),
    path(f"{V1}offers", offers.Offers.as_view(), name="api_offers"),
    path(f"{V1}offers/<off:offer_id>", offers.OneOffer.as_view(), name="api_offer"),
    path(f"{V1}offers/<off:offer_id>/versions", offers.Versions.as_view(), name="api_versions"),
    path(f"{V1}versions/<ofv:version_id>", offers.OneVersion.as_view(), name="api_version"),
    path(f"{V1}invoices", invoices.Invoices.as_view(), name="api_invoices"),
    path(f"{V1}invoices/<inv:invoice_id>", invoices.OneInvoice.as_view(), name="api_invoice"),
    path(f"{V1}invoices/<inv:invoice_id>/pdf", invoices.InvoicePdf.as_view(), name="api_pdf"),
    path(
        f"{V1}invoices/<inv:invoice_id>/cancellation",
        invoices.InvoiceCancellation.as_view(),
        name="api_cancellation",
    ),
    path(
        f"{V1}invoices/<inv:invoice_id>/payments",
        invoices.Payments.as_view(),
        name="api_payments",
    ),
    path(f"{V1}payments/<pay:payment_id>", invoices.OnePayment.as_view(), name="api_payment"),
    path(
        f"{V1}payments/<pay:payment_id>/reversal",
        invoices.PaymentReversal.as_view(),
        name="api_reversal",
    ),
]
