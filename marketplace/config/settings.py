"""Django settings: written once, varied only by the environment variables named here."""

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from marketplace.config import environment

ROOT = Path(__file__).resolve().parents[2]
STATE_DIR = Path(environment.text("MINSHI_STATE_DIR", str(ROOT / "var")))
STATE_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """Return the configured key, or one made once for this checkout and kept in the state folder."""
    if given := environment.text("MINSHI_SECRET_KEY", ""):
        return given
    path = STATE_DIR / "secret-key"
    try:
        with open(path, "x", opener=_private) as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


SECRET_KEY = _secret_key()
DEBUG = environment.boolean("MINSHI_DEBUG", default=False)
ALLOWED_HOSTS = environment.words("MINSHI_HOSTS", "127.0.0.1,localhost")
BASE_URL = environment.text("MINSHI_BASE_URL", "http://127.0.0.1:8000")
HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "marketplace.core",
    "marketplace.accounts",
    "marketplace.notices",
    "marketplace.catalogue",
    "marketplace.orders",
    "vendors",
    "sandbox",
    "sandbox.tryout",
    "marketplace.store",
    "billing",
    "cms",
    "marketplace.demo",
    "marketplace.config",
    "wagtail.contrib.redirects",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtail.locales",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "djmoney",
    "ninja",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "cms.middleware.AdminPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "marketplace.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "marketplace.accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "marketplace.core.middleware.DomainErrorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "marketplace.config.urls"
WSGI_APPLICATION = "marketplace.config.wsgi.application"
ASGI_APPLICATION = "marketplace.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "marketplace" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.accounts.context.preferences",
            ],
            "builtins": ["marketplace.core.templatetags.minshi"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": environment.database("MINSHI_DATABASE_URL", f"sqlite:///{STATE_DIR / 'minshi.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.text("MINSHI_REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_ADAPTER = "marketplace.accounts.adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:start"
LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SECOND_FACTOR_REQUIRED = environment.boolean("MINSHI_SECOND_FACTOR_REQUIRED", default=True)
SOCIALACCOUNT_PROVIDERS = {}
if environment.text("MINSHI_OIDC_SERVER", ""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "identity",
                "name": environment.text("MINSHI_OIDC_NAME", "统一身份认证"),
                "client_id": environment.text("MINSHI_OIDC_CLIENT_ID"),
                "secret": environment.text("MINSHI_OIDC_SECRET"),
                "settings": {"server_url": environment.text("MINSHI_OIDC_SERVER")},
            }
        ]
    }

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [ROOT / "marketplace" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("MINSHI_TIME_ZONE", "Asia/Shanghai")
USE_THOUSAND_SEPARATOR = False
CURRENCIES = ("CNY",)
DEFAULT_CURRENCY = "CNY"

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [ROOT / "marketplace" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = STATE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": environment.text("MINSHI_STATIC_STORAGE", "whitenoise.storage.CompressedStaticFilesStorage")
    },
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
APP_ARCHIVE_MAX_BYTES = 1024**3
FAILED_ARCHIVE_DAYS = environment.integer("MINSHI_FAILED_ARCHIVE_DAYS", 30)

CELERY_BROKER_URL = environment.text("MINSHI_BROKER_URL", REDIS_URL or "filesystem://localhost")
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"sandbox.*": {"queue": "sandbox"}, "billing.*": {"queue": "settlement"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "sandbox-sweep": {"task": "sandbox.sweep", "schedule": 15.0, "options": {"expires": 30.0}},
    "sandbox-retests": {"task": "sandbox.retest", "schedule": 600.0, "options": {"expires": 600.0}},
    "follow-ups-overdue": {"task": "store.mark_overdue_follow_ups", "schedule": 3600.0},
    "seal-days": {"task": "billing.seal_days", "schedule": 3600.0},
    "budget-use": {"task": "billing.warn_about_budgets", "schedule": 86400.0},
    "archives-left-behind": {"task": "vendors.sweep_archives", "schedule": 86400.0},
    "images-nobody-runs": {"task": "sandbox.forget_images", "schedule": 86400.0},
    "mail-left-behind": {"task": "notices.mail_waiting", "schedule": 1800.0, "options": {"expires": 1800.0}},
    "audit-heads": {"task": "core.publish_audit_heads", "schedule": 86400.0},
}
if CELERY_BROKER_URL.startswith("filesystem"):
    _queue = STATE_DIR / "queue"
    _queue.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.05,
    }
    # Processes would share one pipe behind one lock, which an idle one holds: killing that stops all of them for good.
    CELERY_WORKER_POOL = "threads"
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2.0}
# Who waits for a page doesn't wait for a broker that is away: what it doesn't take at once, the sweeps find.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_step": 0, "interval_max": 0.1}

DOCKER_HOST = environment.text("MINSHI_DOCKER_HOST", environment.text("DOCKER_HOST", ""))
FACTS_DIR = Path(environment.text("MINSHI_FACTS_DIR", str(STATE_DIR / "facts")))
SEAL_GRACE_DAYS = environment.integer("MINSHI_SEAL_GRACE_DAYS", 3)
SANDBOX_ENGINE = environment.text("MINSHI_SANDBOX_ENGINE", "sandbox.engine")
SANDBOX_RUN_SECONDS = environment.integer("MINSHI_SANDBOX_RUN_SECONDS", 300)
SANDBOX_INTAKE_SECONDS = environment.integer("MINSHI_SANDBOX_INTAKE_SECONDS", 300)
SANDBOX_RUNS_AT_ONCE = environment.integer("MINSHI_SANDBOX_RUNS_AT_ONCE", 2)
SANDBOX_BEAT_SECONDS = environment.integer("MINSHI_SANDBOX_BEAT_SECONDS", 5)
SANDBOX_SILENT_SECONDS = environment.integer("MINSHI_SANDBOX_SILENT_SECONDS", 45)
SANDBOX_SELF_TEST_SECONDS = environment.integer("MINSHI_SANDBOX_SELF_TEST_SECONDS", 600)
SANDBOX_RUNS_PER_VENDOR = environment.integer("MINSHI_SANDBOX_RUNS_PER_VENDOR", 2)
SANDBOX_MEMORY_MB = environment.integer("MINSHI_SANDBOX_MEMORY_MB", 0)
CERTIFICATE_DAYS = environment.integer("MINSHI_CERTIFICATE_DAYS", 365)
RETEST_AHEAD_DAYS = environment.integer("MINSHI_RETEST_AHEAD_DAYS", 30)
RETEST_ANSWER_WORKING_DAYS = environment.integer("MINSHI_RETEST_ANSWER_WORKING_DAYS", 10)

SIGNING_KEY_FILE = Path(environment.text("MINSHI_SIGNING_KEY_FILE", str(STATE_DIR / "signing-key.pem")))
SIGNATURES_LAST_DAYS = environment.integer("MINSHI_SIGNATURES_LAST_DAYS", 400)
SIGNATURE_SUITE = environment.text("MINSHI_SIGNATURE_SUITE", "EdDSA-SHA256")
PSEUDONYM_KEY = environment.text("MINSHI_PSEUDONYM_KEY", SECRET_KEY)
ENCRYPTION_KEY = environment.text("MINSHI_ENCRYPTION_KEY", SECRET_KEY)

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "marketplace.core.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/cms-admin/", "/admin/"),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

WAGTAIL_SITE_NAME = "民市 Minshi"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
EMAIL_BACKEND = environment.text("MINSHI_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = STATE_DIR / "mail"
DEFAULT_FROM_EMAIL = environment.text("MINSHI_FROM_EMAIL", "no-reply@minshi.invalid")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("MINSHI_LOG_LEVEL", "WARNING")},
}
