"""Settings of the tests: services of their own, quick passwords, and a stricter framework."""

import os

# Strong enough for the same bar as everywhere; known to all, so good for nothing else.
os.environ.setdefault("SECRET_KEY", "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ")
os.environ.setdefault("CLAUSIER_SERVICES", "test")
# The browser's driver keeps an event loop in the thread of the tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from config.settings import *  # noqa: F403
from config.settings import CACHES, DATABASES, STORAGES, _services, env

DATABASE_OWNER_URL = _services.get("DATABASE_OWNER_URL") or env.text("DATABASE_OWNER_URL")
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
WHITENOISE_AUTOREFRESH = True
CACHES["default"]["KEY_FUNCTION"] = "tests.harness.cache.key_of_this_test"
