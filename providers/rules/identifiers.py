"""SIREN, VAT number, IBAN, BIC: numbers whose own digits say when one was mistyped."""

from stdnum import bic as bic_number
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_number
from stdnum.fr import tva as vat_number_of

from core.errors import DomainError
from core.errors import gettext_noop as _


class WrongNumber(DomainError):
    """A number whose check digits do not agree, or that has not the right form."""


def check_siren(siren: str, *, field: str = "siren") -> str:
    """Nine digits, the last one a check digit; blanks are dropped.

    >>> check_siren("732 829 320")
    '732829320'
    >>> check_siren("732829321")
    Traceback (most recent call last):
    providers.rules.identifiers.WrongNumber: 732829321 is not a SIREN: one of its digits is wrong.
    """
    try:
        return str(siren_number.validate(siren))
    except ValidationError as error:
        raise WrongNumber(
            _("%(number)s is not a SIREN: one of its digits is wrong."),
            field=field,
            params={"number": siren},
        ) from error


def check_vat_number(number: str, *, siren: str, field: str = "vat_number") -> str:
    """ "FR", two check characters, and the SIREN of the same company (CGI art. 286 ter).

    >>> check_vat_number("FR 44 732829320", siren="732829320")
    'FR44732829320'
    """
    try:
        digits = str(vat_number_of.validate(number))
    except ValidationError as error:
        raise WrongNumber(
            _("%(number)s is not a French VAT number."), field=field, params={"number": number}
        ) from error
    if digits[2:] != siren:
        raise WrongNumber(
            _("The VAT number %(number)s belongs to another SIREN than %(siren)s."),
            field=field,
            params={"number": number, "siren": siren},
        )
    return f"FR{digits}"


def check_iban(iban: str, *, field: str = "iban") -> str:
    """An account number of any country of the register; blanks are dropped.

    >>> check_iban("FR14 2004 1010 0505 0001 3M02 606")
    'FR1420041010050500013M02606'
    """
    try:
        return str(iban_number.validate(iban, check_country=True))
    except ValidationError as error:
        raise WrongNumber(
            _("%(number)s is not an IBAN: one of its characters is wrong."),
            field=field,
            params={"number": iban},
        ) from error


def check_bic(bic: str, *, field: str = "bic") -> str:
    """The eight or eleven characters that name a bank.

    >>> check_bic("agrifrpp")
    'AGRIFRPP'
    """
    try:
        return str(bic_number.validate(bic))
    except ValidationError as error:
        raise WrongNumber(
            _("%(number)s is not a BIC."), field=field, params={"number": bic}
        ) from error


def check_postal_code(postal_code: str, *, field: str = "postal_code") -> str:
    """Five digits.

    >>> check_postal_code(" 97490 ")
    '97490'
    """
    digits = postal_code.strip()
    if len(digits) == 5 and digits.isascii() and digits.isdigit():
        return digits
    raise WrongNumber(
        _("%(number)s is not a French postcode: it has five digits."),
        field=field,
        params={"number": postal_code},
    )
