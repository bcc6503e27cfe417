"""What a sending service reports of a message: it came back, or its reader called it unwanted.

The secret is a part of the address, which only the service was given; to anybody else the page
does not exist. A report twice told is noted once, one that is not understood is refused with 400.
"""

from typing import Any
from uuid import UUID

from anymail.exceptions import AnymailError
from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from core import clock
from providers.doors import public
from providers.enums import MailState, ProviderStatus
from providers.models import Provider
from providers.operations.sending import report_mail

READERS: dict[str, Any] = {
    "brevo": BrevoTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
}
STATES = {
    EventType.BOUNCED: MailState.BOUNCED,
    EventType.REJECTED: MailState.BOUNCED,
    EventType.COMPLAINED: MailState.COMPLAINED,
}
# The service itself goes on trying.
PASSING = {"soft_bounce", "deferred"}
# How the readers fail at what is no report.
UNREADABLE = (
    ValueError, LookupError, TypeError, AttributeError, AnymailError, ImproperlyConfigured,
)  # fmt: skip


@csrf_exempt
@public("POST")
def mail_reports(request: HttpRequest, secret: str) -> HttpResponse:
    known = settings.MAIL_WEBHOOK_SECRET
    reader = READERS.get(settings.MAIL_SERVICE)
    if reader is None or not known or not constant_time_compare(secret, known):
        raise Http404
    # The address is the proof: the service sends no other, so none is asked of its reader.
    view = reader(webhook_secret=["unused:unused"])
    try:
        events = view.parse_events(request)
    except UNREADABLE:
        return HttpResponseBadRequest()
    for provider_id, mail_id, state, told in filter(None, map(_read, events)):
        report_mail(
            provider_id=provider_id, mail_id=mail_id, state=state, told=told, at=clock.now()
        )
    return HttpResponse()


def _read(event: AnymailTrackingEvent) -> tuple[UUID, UUID, MailState, str] | None:
    """Whose message it is, and what became of it; None when it is not ours or is no bad news."""
    state = STATES.get(event.event_type)
    if state is None or (event.esp_event or {}).get("event") in PASSING:
        return None
    try:
        provider_id, mail_id = (UUID(str(event.metadata[name])) for name in ("provider", "mail"))
    except (LookupError, TypeError, ValueError):
        return None
    if not Provider.objects.filter(id=provider_id, status=ProviderStatus.ACTIVE).exists():
        return None
    told = event.mta_response or event.description or event.reject_reason or event.event_type
    return provider_id, mail_id, state, str(told).replace("\0", " ")[:500]
