"""One run of a contract as a row, with the clauses that set its days (D1–D5)."""

from datetime import date

from contracts.models import Contract, ContractTerm
from contracts.rules.terms import Terms
from core.reasons import reasons_as_json


def term_row(
    contract: Contract, terms: Terms, *, number: int, signed_on: date
) -> ContractTerm | None:
    """The term of that number with its notice deadline; None when the contract is not renewed.

    It opens on its first day, the first term never before the signature.
    """
    answer = terms.duration.term(
        number,
        signed_on=signed_on,
        starts_on=contract.starts_on,
        stated_months=contract.stated_months,
    )
    if answer is None:
        return None
    deadline = terms.notice.deadline(answer.value) if terms.notice else None
    return ContractTerm(
        customer_id=contract.customer_id,
        contract_id=contract.id,
        number=number,
        first_day=answer.value.first_day,
        last_day=answer.value.last_day,
        notice_deadline=deadline.value if deadline else None,
        opened_on=max(answer.value.first_day, signed_on),
        reasons=reasons_as_json((*answer.reasons, *(deadline.reasons if deadline else ()))),
    )
