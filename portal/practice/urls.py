"""Addresses of a practice's space: `/c/<customer>/…`."""

from django.urls import path

from portal import help_pages
from portal.listing.routes import list_paths
from portal.notification_urls import notification_urls
from portal.practice import (
    contracts,
    dates,
    equipment,
    home,
    invoices,
    jobs,
    journal,
    mails,
    people,
)
from portal.practice.invoice_list import INVOICES

app_name = "practice"

urlpatterns = [
    path("", home.home, name="home"),
    path("contrats/", contracts.contracts, name="contracts"),
    path("contrats/<uuid:contract_id>/", contracts.contract, name="contract"),
    path("documents/<uuid:document_id>/", contracts.document, name="document"),
    path("contrats/dates.ics", dates.calendar, name="calendar"),
    path(
        "contrats/<uuid:contract_id>/dates.ics", dates.contract_calendar, name="contract_calendar"
    ),
    path("materiel/", equipment.equipment, name="equipment"),
    path("materiel/materiel.csv", equipment.equipment_csv, name="equipment_csv"),
    path("materiel/materiel.xlsx", equipment.equipment_xlsx, name="equipment_xlsx"),
    path("journal/", journal.journal, name="journal"),
    *list_paths(INVOICES),
    path("factures/archive.zip", invoices.invoices_zip, name="invoices_zip"),
    path("factures/<uuid:invoice_id>/", invoices.invoice, name="invoice"),
    path("factures/<uuid:invoice_id>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
    path("travaux/", jobs.jobs, name="jobs"),
    path("travaux/<uuid:job_id>/", jobs.job, name="job"),
    path("travaux/<uuid:job_id>/avancement/", jobs.job_state, name="job_state"),
    path("travaux/<uuid:job_id>/archive.zip", jobs.job_file, name="job_file"),
    path("travaux/<uuid:job_id>/arreter/", jobs.job_stop, name="job_stop"),
    path("travaux/<uuid:job_id>/reprendre/", jobs.job_resume, name="job_resume"),
    path("travaux/<uuid:job_id>/recommencer/", jobs.job_retry, name="job_retry"),
    path("parametres/personnes/", people.everybody, name="people"),
    path("parametres/personnes/inviter/", people.invite, name="person_invite"),
    path("parametres/personnes/<uuid:person_id>/", people.person, name="person"),
    path("parametres/personnes/<uuid:person_id>/acces/", people.access, name="person_access"),
    path(
        "parametres/personnes/<uuid:person_id>/second-facteur/", people.reset, name="person_reset"
    ),
    path(
        "parametres/invitations/<uuid:person_invitation_id>/renvoyer/",
        people.resend,
        name="invitation_resend",
    ),
    path(
        "parametres/invitations/<uuid:person_invitation_id>/reprendre/",
        people.revoke,
        name="invitation_revoke",
    ),
    path("messages/", mails.mails, name="mails"),
    path("messages/<uuid:mail_id>/", mails.mail, name="mail"),
    path("aide/", help_pages.practice_help, name="help"),
    *notification_urls("practice"),
]
