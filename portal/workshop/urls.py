"""`/atelier/<provider>/…`: the first part of the address is the door's, and opens the provider."""

from django.urls import path

from portal.listing.routes import list_paths
from portal.workshop import (
    contracts,
    customers,
    downloads,
    drafts,
    forecasts,
    home,
    index,
    invoices,
    invoicing,
    jobs,
    journal,
    offer_files,
    offer_versions,
    offers,
    payments,
    runs,
    search,
    settings,
    signing,
)
from portal.workshop.contract_list import CONTRACTS
from portal.workshop.customer_list import CUSTOMERS
from portal.workshop.invoice_list import INVOICES

app_name = "workshop"
urlpatterns = [
    path("", home.home, name="home"),
    *list_paths(CUSTOMERS),
    path("clients/nouveau/", customers.customer_new, name="customer_new"),
    path("clients/<uuid:customer_id>/", customers.customer, name="customer"),
    path("clients/<uuid:customer_id>/modifier/", customers.customer_edit, name="customer_edit"),
    path(
        "clients/<uuid:customer_id>/contrat/<str:offer>/", signing.contract_new, name="contract_new"
    ),
    *list_paths(CONTRACTS),
    path("contrats/nouveau/", signing.contract_prepare, name="contract_prepare"),
    path("contrats/<uuid:contract_id>/", contracts.contract, name="contract"),
    path("contrats/<uuid:contract_id>/signer/", signing.contract_sign, name="contract_sign"),
    path(
        "contrats/<uuid:contract_id>/abandonner/", signing.contract_abandon, name="contract_abandon"
    ),
    path(
        "contrats/<uuid:contract_id>/previsions/",
        forecasts.contract_forecast,
        name="contract_forecast",
    ),
    path("documents/<uuid:document_id>/", contracts.contract_document, name="contract_document"),
    path("facturation/", invoicing.invoicing, name="invoicing"),
    path("facturation/emettre/", invoicing.invoicing_release, name="invoicing_release"),
    path("facturation/emission/", runs.run_scope, name="run_scope"),
    path("facturation/emission/controle/", runs.run_check, name="run_check"),
    path("facturation/emission/ecarter/", runs.run_aside, name="run_aside"),
    path("facturation/emission/<uuid:contract_id>/reprendre/", runs.run_back, name="run_back"),
    path("facturation/emission/lancement/", runs.run_launch, name="run_launch"),
    path("mises-de-cote/<uuid:parking_id>/", invoicing.parking_release, name="parking_release"),
    *list_paths(INVOICES),
    path("factures/factures.zip", downloads.invoices_zip, name="invoices_zip"),
    path("factures/<uuid:invoice_id>/", invoices.invoice, name="invoice"),
    path("factures/<uuid:invoice_id>/pdf/", downloads.invoice_pdf, name="invoice_pdf"),
    path("factures/<uuid:invoice_id>/annuler/", payments.invoice_cancel, name="invoice_cancel"),
    path("factures/<uuid:invoice_id>/paiements/", payments.payment_new, name="payment_new"),
    path("paiements/<uuid:payment_id>/annuler/", payments.payment_reverse, name="payment_reverse"),
    path("recherche/", search.search_page, name="search"),
    path("raccourcis/", search.shortcuts, name="shortcuts"),
    path("offres/", offers.offers, name="offers"),
    path("offres/<uuid:offer_id>/", offers.offer, name="offer"),
    path("offres/prix/<uuid:version_id>/", offers.offer_confirm, name="offer_confirm"),
    path("offres/nouvelle/", offer_files.offer_new, name="offer_new"),
    path("offres/importer/", offer_files.offer_import, name="offer_import"),
    path("offres/<uuid:offer_id>/comparer/", offer_versions.offer_compare, name="offer_compare"),
    path("offres/<uuid:offer_id>/retirer/", offer_versions.offer_retire, name="offer_retire"),
    path(
        "offres/<uuid:offer_id>/remettre/", offer_versions.offer_reactivate, name="offer_reactivate"
    ),
    path("offres/<uuid:offer_id>/brouillon/", drafts.draft_start, name="draft_start"),
    path("offres/versions/<uuid:version_id>/", offer_versions.offer_version, name="offer_version"),
    path(
        "offres/versions/<uuid:version_id>/offre.toml",
        offer_files.offer_export,
        name="offer_export",
    ),
    path("offres/brouillons/<uuid:draft_id>/", drafts.draft, name="draft"),
    path(
        "offres/brouillons/<uuid:draft_id>/publier/",
        offer_versions.draft_publish,
        name="draft_publish",
    ),
    path("offres/brouillons/<uuid:draft_id>/jeter/", drafts.draft_discard, name="draft_discard"),
    path(
        "offres/brouillons/<uuid:draft_id>/<slug:section>/",
        drafts.draft_section,
        name="draft_section",
    ),
    path(
        "offres/brouillons/<uuid:draft_id>/<slug:section>/apercu/",
        drafts.draft_preview,
        name="draft_preview",
    ),
    path("indices/", index.index, name="index"),
    path("indices/nouveau/", index.index_record, name="index_record"),
    path("revisions/<uuid:revision_id>/", index.revision, name="revision"),
    path("revisions/<uuid:revision_id>/valider/", index.revision_confirm, name="revision_confirm"),
    path("revisions/<uuid:revision_id>/ecarter/", index.revision_drop, name="revision_drop"),
    path("reglages/", settings.settings, name="settings"),
    path("reglages/identite/", settings.identity_edit, name="identity_edit"),
    path("reglages/journal/", journal.journal, name="journal"),
    path("reglages/journal/journal.csv", journal.journal_csv, name="journal_csv"),
    path("reglages/journal/journal.xlsx", journal.journal_xlsx, name="journal_xlsx"),
    path("reglages/journal/sceau.json", journal.journal_head, name="journal_head"),
    path("reglages/banque/", settings.bank_edit, name="bank_edit"),
    path("travaux/", jobs.jobs, name="jobs"),
    path("travaux/<uuid:job_id>/", jobs.job, name="job"),
    path("travaux/<uuid:job_id>/avancement/", jobs.job_state, name="job_state"),
    path("travaux/<uuid:job_id>/fichier/", jobs.job_file, name="job_file"),
    path("travaux/<uuid:job_id>/factures.csv", jobs.job_csv, name="job_csv"),
    path("travaux/<uuid:job_id>/archive/", jobs.job_archive, name="job_archive"),
    path("travaux/<uuid:job_id>/arreter/", jobs.job_stop, name="job_stop"),
    path("travaux/<uuid:job_id>/reprendre/", jobs.job_resume, name="job_resume"),
    path("travaux/<uuid:job_id>/recommencer/", jobs.job_retry, name="job_retry"),
]
