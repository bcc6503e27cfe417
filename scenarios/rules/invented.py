"""Numbers for people who do not exist, with the check digits that the real ones have."""

from hashlib import sha256


def siren_like(name: str) -> str:
    """A SIREN drawn from a name, its Luhn digit right: the same name gives the same number.

    >>> siren_like("Cabinet des Pins") == siren_like("Cabinet des Pins")
    True
    """
    body = f"{int(sha256(name.encode()).hexdigest(), 16) % 10**8:08d}"
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(body)]
    total = sum(digit - 9 if digit > 9 else digit for digit in doubled)
    return f"{body}{-total % 10}"


def vat_number_like(siren: str) -> str:
    """The French VAT number of a SIREN.

    >>> vat_number_like("404833048")
    'FR83404833048'
    """
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def iban_like(name: str) -> str:
    """A French IBAN drawn from a name, bank key and check digits right; no bank has it.

    >>> len(iban_like("Vanille Infogérance")), iban_like("Vanille Infogérance")[:2]
    (27, 'FR')
    """
    account = f"{int(sha256(name.encode()).hexdigest(), 16) % 10**11:011d}"
    bank, branch = "99999", "00001"
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    national = f"{bank}{branch}{account}{key:02d}"
    check = 98 - int(f"{national}152700") % 97
    return f"FR{check:02d}{national}"
