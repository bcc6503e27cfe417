"""Settings: everything that differs between two installations comes from the environment.

`.env.example` lists every variable. Without DATABASE_URL the embedded services of the checkout
are meant: that is the demonstration, which makes its own secret.
"""

import secrets
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

from config.embedded.places import Place
from config.env import SHORTEST_TOKEN, BadEnvironment, Environment
from config.logs import logging_settings
from config.mail import mail_settings
from config.schedule import BEAT_SCHEDULE
from providers.rules.api_tokens import SHORT

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
env = Environment()

# --- Where the services are ---------------------------------------------------------------------
IS_EMBEDDED = not env.text("DATABASE_URL", "")
_place = Place.here()
_services = _place.variables() if IS_EMBEDDED else {}


def _embedded_secret() -> str:
    """Written when the embedded services first start; before that, one for this process alone."""
    if _place.secret_file.exists() and (kept := _place.secret_file.read_text()):
        return kept
    return secrets.token_urlsafe(60)


# --- The site -----------------------------------------------------------------------------------
DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", _embedded_secret()) if IS_EMBEDDED else env.secret("SECRET_KEY")
BASE_URL = env.text("BASE_URL", "http://localhost:8000").rstrip("/")
_site = urlsplit(BASE_URL)
IS_HTTPS = _site.scheme == "https"
_local = ["localhost", "127.0.0.1", "[::1]"]
_names = list(dict.fromkeys([*_local, _site.hostname or "localhost"]))
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", default=_names)
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "providers.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config",
    "providers",
    "fleet",
    "contracts",
    "billing",
    "imports",
    "portal",
    "scenarios",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_linear_migrations",
    "drf_spectacular",
    "lucide",
    "rest_framework",
    "config.apps.OperatorsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.logs.RequestNumberMiddleware",
    "config.encodings.Utf8Alone",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "providers.presence.PresenceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.account.sessions.SessionLimits",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.shell.shell",
            ],
        },
    }
]

FORM_RENDERER = "portal.rendering.FieldRenderer"

# --- Database -----------------------------------------------------------------------------------
# The app role serves; the owner only migrates (manage.py asks for it by CLAUSIER_CONNECT_AS).
_as_owner = env.choice("CLAUSIER_CONNECT_AS", ("app", "owner"), default="app") == "owner"
_url_name = "DATABASE_OWNER_URL" if _as_owner else "DATABASE_URL"
DATABASES: dict[str, Any] = {
    "default": {
        **environ.Env.db_url_config(_services.get(_url_name) or env.text(_url_name)),
        # Scopes open their own transactions, so that reading a page never holds one by accident.
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": env.integer("DATABASE_CONN_MAX_AGE", default=60),
        "DISABLE_SERVER_SIDE_CURSORS": env.boolean("DATABASE_IS_POOLED", default=False),
    }
}

# --- Cache and jobs -----------------------------------------------------------------------------
REDIS_URL = _services.get("REDIS_URL") or env.text("REDIS_URL")
# Two installations may share a server.
_prefix = env.text("REDIS_PREFIX", "clausier")
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": _prefix,
    }
}
SESSION_ENGINE = "config.sessions"

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "global_keyprefix": f"{_prefix}:",
}
CELERY_TASK_IGNORE_RESULT = True
# A task comes back when its worker dies; every task may run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 3000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# The day of a provider, in order. Each is a function of (provider, day) and may run twice.
CLAUSIER_DAILY_STEPS = [
    "contracts.operations.renewals.renew_and_end",
    "contracts.operations.revisions.revise_prices",
    "billing.operations.invoice_run.invoice_due",
    "contracts.operations.deadlines.close_passed_alerts",
    "contracts.operations.deadlines.raise_alerts",
]

# Long jobs by the code that their rows carry; each names a `providers.jobs.Kind`.
CLAUSIER_JOBS = {
    "invoice_run": "billing.operations.chosen_run.InvoiceRun",
    "invoice_mailing": "billing.operations.mailing.InvoiceMailing",
    "invoice_archive": "portal.archives.InvoiceArchive",
    "import_check": "imports.jobs.ImportCheck",
    "import_commit": "imports.jobs.ImportCommit",
    "import_undo": "imports.jobs.ImportUndo",
}

# --- People -------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["config.accounts.People"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# Whether anybody may open a house; else the platform's operator invites its first owner.
OPEN_SIGN_UP = env.boolean("OPEN_SIGN_UP", default=False)
ACCOUNT_ADAPTER = "config.accounts.ByInvitationOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
# Ours count every try before it is looked at (providers/throttle.py); theirs would count it again.
ACCOUNT_RATE_LIMITS = dict.fromkeys(
    (
        "change_password", "confirm_email", "login", "login_failed", "manage_email",
        "reauthenticate", "request_login_code", "reset_password", "reset_password_from_key",
    )
)  # fmt: skip
ACCOUNT_FORMS = {
    "login": "portal.account.forms.SignInForm",
    "request_login_code": "portal.account.forms.RequestCodeForm",
    "confirm_login_code": "portal.account.forms.ConfirmCodeForm",
    "reset_password": "portal.account.forms.ResetForm",
}
# Provider staff and operators have a second factor; the demonstration alone does without.
SECOND_FACTOR_REQUIRED = env.boolean("SECOND_FACTOR_REQUIRED", default=True)
if not SECOND_FACTOR_REQUIRED and not IS_EMBEDDED:
    raise BadEnvironment("SECOND_FACTOR_REQUIRED is false only with the demonstration's services")
# Recovery codes are ours: only their hashes are kept (providers/operations/factors.py).
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_ADAPTER = "config.accounts.SealedFactors"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Whoever was invited has read the mail; an address that is being changed locks nobody out.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "portal.account.forms.CodeForm",
    "reauthenticate": "portal.account.forms.CodeAgainForm",
    "activate_totp": "portal.account.forms.ActivateAppForm",
    "authenticate_webauthn": "portal.account.forms.PasskeyForm",
    "login_webauthn": "portal.account.forms.PasskeyAloneForm",
    "reauthenticate_webauthn": "portal.account.forms.PasskeyAgainForm",
    "add_webauthn": "portal.account.forms.AddPasskeyForm",
    "edit_webauthn": "portal.account.forms.RenamePasskeyForm",
}
MFA_TOTP_ISSUER = "Clausier"
# One step of 30 seconds early or late.
MFA_TOTP_TOLERANCE = 1
# Our own proxies in front, each of which adds one entry to X-Forwarded-For.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", default=0)

# --- Mail ---------------------------------------------------------------------------------------
# A mail server, or a service that reports what came back (config/mail.py).
_mail = mail_settings(
    env.text("EMAIL_URL", "consolemail://" if IS_EMBEDDED else "smtp://localhost:25"),
    webhook_secret=env.text("MAIL_WEBHOOK_SECRET", ""),
)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20
ANYMAIL = _mail["ANYMAIL"]
MAIL_SERVICE = _mail["MAIL_SERVICE"]
MAIL_WEBHOOK_SECRET = _mail["MAIL_WEBHOOK_SECRET"]
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Clausier <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language, place, form ----------------------------------------------------------------------
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", ("fr", "en"), default="fr")
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "Europe/Paris")
USE_I18N = USE_TZ = True

# --- Files --------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / ".data" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.assets.BootstrapFinder",
]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Documents of providers: never below a folder that a web server publishes.
_data = _place.data if IS_EMBEDDED else BASE_DIR / ".data"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(_data / "files")))
MEDIA_URL = ""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "config.uploading.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# How long what master data said before an edit is kept: three years. `prune_history` erases it.
HISTORY_KEPT_DAYS = env.integer("HISTORY_KEPT_DAYS", default=1095)

# --- Programming interface ----------------------------------------------------------------------
API_REQUESTS_A_MINUTE = env.integer("API_REQUESTS_A_MINUTE", default=300)
API_LARGEST_BODY = 256 * 1024
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Clausier",
    "VERSION": "1",
    "DESCRIPTION": "Contracts, invoices and their reasons. See docs/api.md.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVERS": [{"url": "/"}],
    "PREPROCESSING_HOOKS": ["portal.api.schema.only_ours"],
    "POSTPROCESSING_HOOKS": ["portal.api.schema.complete"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PATH_CONVERTER_OVERRIDES": {
        prefix: {"type": "string", "pattern": f"^{prefix}_{SHORT}$"}
        for prefix in ("cus", "con", "ctr", "off", "ofv", "inv", "pay")
    },
}

# --- Safety of the browser ----------------------------------------------------------------------
_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        **dict.fromkeys(
            ("script-src", "style-src", "img-src", "font-src", "connect-src", "manifest-src"), _SELF
        ),
        "worker-src": _SELF,
        "form-action": _SELF,
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "report-uri": "/rapports/politique/",  # portal/safety.py
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "display-capture", "geolocation", "microphone", "payment")
}
SECURE_SSL_REDIRECT = IS_HTTPS and env.boolean("SSL_REDIRECT", default=True)
# A proxy in front ends TLS; it must overwrite this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
# `__Host-`: set by this very host, over https, for all of it; a browser takes it no other way.
_cookie = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_cookie}session", f"{_cookie}csrf"
DEVICE_COOKIE_NAME = f"{_cookie}device"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# How long a session lives: portal/account/sessions.py.
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
ADMIN_PATH = env.text("ADMIN_PATH", "admin").strip("/")

# --- For whoever operates ------------------------------------------------------------------------
# The bearer of this token reads /metrics; without one the page does not exist.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < SHORTEST_TOKEN:
    raise BadEnvironment(f"METRICS_TOKEN has {SHORTEST_TOKEN} signs or more")
# Where `manage.py backup` leaves its folders, so that `manage.py doctor` can tell how old they are.
BACKUP_FOLDER = env.text("BACKUP_FOLDER", "")

# Whom to tell of a fault in the safety of the site: named in /.well-known/security.txt.
SECURITY_CONTACT = env.text("SECURITY_CONTACT", "")
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https:", "tel:")):
    raise BadEnvironment("SECURITY_CONTACT starts with mailto:, https: or tel:")
# Whom people write to when the portal itself fails them; the help pages name it.
HELP_EMAIL = env.text("HELP_EMAIL", "")

# --- Logs ---------------------------------------------------------------------------------------
LOGGING = logging_settings(
    level=env.choice(
        "LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), default="INFO"
    ),
    form=env.choice(
        "LOG_FORMAT", ("json", "console"), default="console" if IS_EMBEDDED else "json"
    ),
)
