from core.errors import DomainError
from core.reasons import Reason, reasons_as_json, reasons_from_json


class LetterLost(DomainError):
    pass


def test_an_error_keeps_its_sentence_apart_from_its_values() -> None:
    error = LetterLost("The letter %(number)s is lost.", field="letter", params={"number": 7})
    assert str(error) == "The letter 7 is lost."
    assert error.message == "The letter %(number)s is lost."
    assert error.field == "letter"
    assert error.code == "LetterLost"


def test_a_percent_sign_needs_no_care_without_values() -> None:
    assert str(DomainError("20 % is too much.", code="rate")) == "20 % is too much."


def test_reasons_come_back_from_their_column() -> None:
    reasons = (Reason("P1", "CGS 2023", "1 + 1 = 2"), Reason("D1", "CGS 2023"))
    assert reasons_from_json(reasons_as_json(reasons)) == reasons
    assert reasons_as_json(reasons)[1] == {"rule": "D1", "clause": "CGS 2023", "formula": ""}
