"""That somebody opened a page is kept; what a form on it does is kept by its own act."""

from django.db.models import Model
from django.http import HttpRequest

from core import clock
from providers.audit import record_read


def opened(request: HttpRequest, subject: Model, *, act: str = "") -> None:
    """Write that this person reads something of a practice (decision 0008); a GET alone reads."""
    if request.method == "GET":
        record_read(subject, at=clock.now(), act=act)
