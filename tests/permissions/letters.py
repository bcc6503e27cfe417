"""What a practice of the matrix was given: a contract, a message, a line, an archive, a file."""

from datetime import UTC, date, datetime
from uuid import UUID

from billing.models import Invoice
from contracts.models import Contract, ContractLine
from contracts.operations.scans import Scan
from contracts.operations.signing import Signature, sign_contract
from imports.models import Import
from imports.operations.checking import check_rows
from imports.operations.reading import choose_columns, receive_file
from providers.models import Customer, Job, JobItem, Mail, Notification
from providers.operations.jobs import Piece, start_job
from providers.operations.mail import post_mail
from providers.operations.sending import refuse_address
from providers.operations.working import run_job
from tests.factories import TINY_PDF, a_prepared_contract, noon

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


def a_letter(customer_id: UUID, word: str) -> Mail:
    """A message about an invoice, and the address that refused it."""
    mail = post_mail(
        event="invoice_issued",
        to=f"livres@{word}.example",
        language="fr",
        values={
            "practice": f"Cabinet {word}",
            "number": f"F-{word}",
            "due_date": TODAY,
            "link": f"/c/{customer_id}/factures/",
        },
        at=NOW,
        customer_id=customer_id,
    )
    refuse_address(mail, f"550 {word}", NOW)
    Mail.objects.filter(id=mail.id).update(answer=f"Panne de {word}")
    return mail


def a_line(customer_id: UUID, word: str) -> None:
    """A line under the bell of nobody who asks: it is each one's own."""
    Notification.objects.create(
        customer_id=customer_id,
        user_id=customer_id,
        event="invoice_issued",
        key=word,
        title=f"Facture F-{word}",
        path=f"/c/{word}/",
        at=NOW,
    )


def an_archive(customer_id: UUID, name: str, invoice: Invoice, word: str) -> Job:
    """A practice's own archive, finished, with its file."""
    job = start_job(
        kind="invoice_archive",
        key=name,
        pieces=[Piece(str(invoice.id), f"Pièce {word}")],
        parameters={"name": f"factures-{word}", "language": "fr", "about": word},
        customer_id=customer_id,
        at=NOW,
    )
    run_job(provider_id=job.provider_id, job_id=job.id, now=lambda: NOW)
    JobItem.objects.filter(job=job).update(template=f"Panne de {word}")
    Job.objects.filter(id=job.id).update(template=f"Panne de {word}", label=f"Pièce {word}")
    return job


def an_import(word: str) -> Import:
    """A file of the house about one practice, checked: a new row and a refused one."""
    text = f"Nom;Code postal\nCabinet {word} bis;83480\nCabinet {word} ter;x\n"
    found = receive_file(kind="customers", name=f"{word}.csv", content=text.encode(), at=NOW)
    choose_columns(import_id=found.id, head=found.head, mapping=found.mapping, at=NOW)
    return check_rows(import_id=found.id, check=1, at=NOW)


def a_signed_paper(customer: Customer, word: str, day: date, price: str) -> Contract:
    """Its words are stamped before it is invoiced: an issued line never changes."""
    prepared = a_prepared_contract(customer, starts_on=day, annual_price=price, cadence="yearly")
    ContractLine.objects.filter(contract=prepared).update(label=f"Maintenance {word}")
    return sign_contract(
        contract_id=prepared.id,
        signature=Signature(signed_on=day, signed_by=f"Docteur {word}", headcount=9),
        scan=Scan(f"contrat-{word}.pdf", TINY_PDF + f"% {word}".encode()),
        at=noon(day),
    )
