"""What beat wakes and how often. It carries no state: the database says what is due."""

from typing import Any

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "config.heartbeat", "schedule": 30.0},
    "due providers": {"task": "providers.wake_due_providers", "schedule": 60.0},
    "waiting jobs": {"task": "providers.wake_jobs", "schedule": 60.0},
    "waiting documents": {"task": "billing.draw_waiting_documents", "schedule": 60.0},
    "news of the day": {"task": "billing.wake_for_news", "schedule": 600.0},
    "waiting messages": {"task": "providers.send_waiting_mails", "schedule": 30.0},
    "audit trails": {"task": "providers.seal_trails", "schedule": 180.0},
    "old answers": {"task": "providers.forget_kept_answers", "schedule": 6 * 3600.0},
    "values of imports": {"task": "imports.erase_old_values", "schedule": 6 * 3600.0},
}
