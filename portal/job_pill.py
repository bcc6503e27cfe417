"""The pill of the header: how far the newest job at work of the open space is.

It is read in the very query that reads the brand: a page asks no more for having it.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import JSONObject

from portal.addresses import page_url
from portal.components import Link
from providers.jobs import kind_named
from providers.models import Job, Membership
from providers.permissions import Capability, may
from providers.scoping import current_scope


def newest_at_work() -> QuerySet[Job, Any]:
    """One row: of a provider's own jobs, or of those of the practice that is open."""
    own = Job.objects.filter(customer=current_scope().customer_id).open().order_by("-id")
    settled = F("done") + F("failed") + F("skipped")
    return own.values(row=JSONObject(id="id", kind="kind", settled=settled, total="total"))[:1]


def running_job(member: Membership, found: Mapping[str, Any] | None) -> Link | None:
    """What the row says to somebody who may read it, and the page of the job."""
    if found is None or not may(member.role, Capability.JOBS):
        return None
    kind = kind_named(found["kind"])
    if not may(member.role, kind.capability):
        return None
    label = f"{kind.title} · {found['settled']}/{found['total']}"
    return Link(label, _address(member, found["id"]))


def _address(member: Membership, job_id: str) -> str:
    if member.customer_id is not None:
        return page_url("practice:job", member.customer_id, job_id)
    return page_url("workshop:job", member.provider.slug, job_id)
