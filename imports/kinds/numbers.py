"""Numbers that name a business, as files have them."""

from imports.rules.values import read_digits
from providers.rules.identifiers import check_siren


def siren_of(text: str) -> str:
    """Nine digits that agree; a SIRET gives its first nine. Errors: `WrongNumber`.

    >>> siren_of("910 000 033 00027"), siren_of("910000017")
    ('910000033', '910000017')
    """
    digits = read_digits(text)
    return check_siren(digits[:9] if len(digits) == 14 else digits)
