"""What somebody finds in their mail: the link of an invitation, as it stands in the letter."""

import re

from django.core import mail

from providers.models import Mail

TOKEN = re.compile(r"/(?:invitation/[\w-]+|maison)/([\w-]+)/")


def path_to(email: str) -> str:
    """The path in the last invitation written to an address; its provider is open."""
    letter = Mail.objects.filter(event="invitation", recipient=email).latest("id")
    return _path_in(letter.text)


def token_to(email: str) -> str:
    return path_to(email).rstrip("/").rpartition("/")[2]


def house_path_to(email: str) -> str:
    """The path in the last letter that asked somebody to open a house."""
    letters = [letter for letter in mail.outbox if letter.to == [email]]
    return _path_in(str(letters[-1].body))


def _path_in(text: str) -> str:
    found = TOKEN.search(text)
    assert found, "the letter holds no link"
    return found.group()
