"""R16: no page and no operation reaches a provider's row by a bare manager."""

import pytest

from tests.tenancy.managers import faults_in, sources

# What looks a row up by its key in the portal, and why no access function stands before it.
ALLOWED = {
    "portal/archives.py:parts_of": "after the answer, of a job that `get_job_for` gave",
    "portal/invitations.py:_place": "whoever was invited is no member yet: the token is their key",
    "portal/person.py:person_page": "once more, with its counts: `get_person_for` gave it",
    "portal/trial.py:_take_price_as_said": "of a contract made in a transaction that is undone",
    "portal/workshop/import_pages.py:_job_of": "named by an import that `get_import_for` gave",
}

PLANTED = {
    "an object by the id of the address": (
        "portal/field/views.py",
        "def client(request, of):\n    return get_object_or_404(Customer.objects.all(), id=of)\n",
        ["one object", "takes the request"],
    ),
    "the same in a helper without an actor": (
        "portal/workshop/mails.py",
        "def _found(mail_id):\n    return get_object_or_404(_letters(), id=mail_id)\n",
        ["one object"],
    ),
    "by `get`": (
        "portal/api/invoices.py",
        "def _one(invoice_id):\n    return Invoice.objects.select_related('customer').get(pk=1)\n",
        ["one row"],
    ),
    "by a filter on the key": (
        "portal/workshop/jobs.py",
        "def _one(job_id):\n    return Job.objects.filter(id=job_id).first()\n",
        ["one row"],
    ),
    "a list in a page": (
        "portal/workshop/mails.py",
        "def mails(request):\n    return Mail.objects.order_by('-id')\n",
        ["takes the request"],
    ),
    "a list in the programming interface": (
        "portal/api/offers.py",
        "class Offers(ApiView):\n    def get(self, asked):\n        return Offer.objects.all()\n",
        ["takes the request"],
    ),
    "a function within a page": (
        "portal/workshop/mails.py",
        "def mails(request):\n    def rows():\n        return Mail.objects.all()\n",
        ["takes the request"],
    ),
    "the manager that Django keeps for itself, in an operation": (
        "billing/operations/payments.py",
        "def found(id):\n    return Payment._base_manager.get(id=id)\n",
        ["goes round"],
    ),
    "a queryset of one's own, in an operation": (
        "billing/operations/payments.py",
        "def found():\n    return QuerySet(Payment)\n",
        ["goes round"],
    ),
    "raw rows, in an operation": (
        "billing/operations/payments.py",
        "def found():\n    return Payment.objects.raw('SELECT 1')\n",
        ["goes round"],
    ),
}


@pytest.fixture(scope="module")
def found() -> list[str]:
    return [fault for name, text in sources() for fault in faults_in(name, text)]


def test_no_source_reaches_a_row_by_a_bare_manager(found: list[str]) -> None:
    assert [fault for fault in found if fault.rsplit(": ", 1)[0] not in ALLOWED] == []


def test_what_is_allowed_is_still_there(found: list[str]) -> None:
    assert {fault.rsplit(": ", 1)[0] for fault in found} == set(ALLOWED)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_manager_is_found(name: str) -> None:
    path, text, wanted = PLANTED[name]
    faults = faults_in(path, text)
    assert all(any(word in fault for fault in faults) for word in wanted), faults
    assert len(faults) >= len(wanted)


@pytest.mark.parametrize(
    "text",
    [
        "def page(request):\n    return get_customer_for(request.member, request.GET.get('x'))\n",
        "def page(request):\n    return User.objects.get(id=request.user.pk)\n",
        "def rows(words):\n    return Customer.objects.filter(name=words)\n",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    """An access function, a table of everybody, a query that lists."""
    assert faults_in("portal/workshop/customers.py", text) == []
