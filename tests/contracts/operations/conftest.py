"""One provider of each preset, its scope open for the length of a test."""

from collections.abc import Iterator

import pytest

from providers.models import Provider
from providers.scoping import open_scope
from tests.factories import a_provider


@pytest.fixture
def mis(db: None) -> Iterator[Provider]:
    """Calendar periods, revised in January, first full civil year."""
    provider = a_provider("micro-info-service")
    with open_scope(provider.id):
        yield provider


@pytest.fixture
def si_sante(db: None) -> Iterator[Provider]:
    """Twelve months from the start, a price that includes VAT."""
    provider = a_provider("si-sante")
    with open_scope(provider.id):
        yield provider


@pytest.fixture
def integral(db: None) -> Iterator[Provider]:
    """Months stated in the contract, revised in July, invoiced fifteen days ahead."""
    provider = a_provider("integral-micro")
    with open_scope(provider.id):
        yield provider


@pytest.fixture
def reunion(db: None) -> Iterator[Provider]:
    """Civil years, in a time zone where days begin before those of Paris."""
    provider = a_provider("reunion-informatique")
    with open_scope(provider.id):
        yield provider
