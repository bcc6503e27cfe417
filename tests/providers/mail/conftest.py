from collections.abc import Iterator
from typing import Any

import pytest

from providers.models import Provider
from tests.factories import a_provider
from tests.harness.smtp import Sink, smtp_sink


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """The portal's mail server is this one."""
    with smtp_sink() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found


@pytest.fixture
def provider(db: None) -> Provider:
    return a_provider(trade_name="L’Atelier & Fils", phone="04 94 00 00 00")
