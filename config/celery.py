"""The job engine: worker and beat. What is due is decided by the tasks, never by beat's memory."""

import os
from typing import Any

import structlog
from celery import Celery, shared_task
from celery.signals import beat_init, task_postrun, task_prerun, worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("clausier")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@shared_task(name="config.heartbeat", expires=30)
def heartbeat(**spare: Any) -> None:
    """Beat, broker and worker are alive when this is written again and again."""
    from config.health import note_heartbeat

    note_heartbeat()


def _refuse_powerful_role(**spare: Any) -> None:
    """Celery swallows errors of its signals, but not this one."""
    from config.checks import PowerfulRole, refuse_powerful_role

    try:
        refuse_powerful_role()
    except PowerfulRole as error:
        raise SystemExit(str(error)) from error


def _beat_once(**spare: Any) -> None:
    """A worker that just started is alive, although beat has not said so yet."""
    heartbeat.delay()


def _name_in_logs(task: Any = None, task_id: str = "", kwargs: Any = None, **spare: Any) -> None:
    """Every line of a task says which task it is; a request that runs one keeps its own."""
    if task is not None and not task.request.is_eager:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id)
        if provider := (kwargs or {}).get("provider_id"):
            structlog.contextvars.bind_contextvars(provider=str(provider))


def _forget_in_logs(task: Any = None, **spare: Any) -> None:
    if task is not None and not task.request.is_eager:
        structlog.contextvars.clear_contextvars()


task_prerun.connect(_name_in_logs, weak=False)
task_postrun.connect(_forget_in_logs, weak=False)
worker_ready.connect(_beat_once, weak=False)
worker_init.connect(_refuse_powerful_role, weak=False)
beat_init.connect(_refuse_powerful_role, weak=False)
