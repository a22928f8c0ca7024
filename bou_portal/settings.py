"""All settings. Everything an installation may change comes from the environment (see `.env.example`)."""

import sys
import tomllib
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
env = environ.Env()
TESTING = "pytest" in sys.modules
if not TESTING:  # tests know only what their own command says
    environ.Env.read_env(BASE_DIR / ".env")
DEBUG = env.bool("DEBUG", False)
# The local demo: invented data, well-known passwords, no second factor. It says so on every page.
DEMO = env.bool("DEMO", False) and not TESTING
# Production is whatever is neither the demo, nor development, nor a test.
PRODUCTION = not (DEBUG or DEMO or TESTING)

# Everything the portal writes lies below this folder.
VAR = Path(env.str("BOU_VAR", str(BASE_DIR / "var"))).resolve()
VAR.mkdir(parents=True, exist_ok=True)


def local_secret():
    """A key of this installation's own, made once, for the demo and for development."""
    import secrets

    path = VAR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("SECRET_KEY saknas. Sätt den i miljön eller i .env (minst 50 tecken).")
    SECRET_KEY = local_secret()
# Private homes are kept as digests made with this key; it is never replaced, or every such home would look new.
HOME_DIGEST_KEY = env.str("HOME_DIGEST_KEY", SECRET_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "bou_portal",
    "bou_portal.audit",
    "bou_portal.mailing",
    "municipalities",
    "bou_portal.accounts",
    "placements",
    "bbic",
    "training",
    "bou_portal.reports",
    "crispy_forms",
    "crispy_bootstrap5",
    "js_lib_bootstrap5",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bou_portal.middleware.answer_headers",
    "bou_portal.middleware.known_methods",
    "bou_portal.middleware.readable_address",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bou_portal.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "bou_portal.middleware.SecondFactor",
    "bou_portal.middleware.RefusalLog",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "bou_portal.urls"
WSGI_APPLICATION = "bou_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["bou_portal.templatetags.components"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- database -------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'bou.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue instead of failing: take the lock when the transaction starts, wait for it, and let readers go on.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Login rate limits live in the cache, so it must be shared between the web server's processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
        if TESTING
        else "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

# --- language, time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska")]
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns when it is missing
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION  # the demo serves them where they lie: no quarter of a minute of packing
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- accounts -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "bou_portal.accounts.adapter.PortalAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses come by invitation only, which proves them
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "BoU-portalen: "
# Per account first: a whole municipality may share one address on the net.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key,100/5m/ip",
    "login": "200/5m/ip",
    "reset_password": "5/15m/key,50/15m/ip",
    # News by mail, asked for without an account (municipalities/news/subscribing.py).
    "subscribe": "5/h/key,60/h/ip",
}
# The proxy in front of a production server tells who asks; without one, the connection does.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if PRODUCTION else 0)
ACCOUNT_SESSION_REMEMBER = False  # closing the browser signs out
ACCOUNT_FORMS = {
    "login": "bou_portal.accounts.forms.entrance.LoginForm",
    "reauthenticate": "bou_portal.accounts.forms.entrance.ReauthenticateForm",
    "change_password": "bou_portal.accounts.forms.entrance.ChangePasswordForm",
    "reset_password": "bou_portal.accounts.forms.entrance.ResetPasswordForm",
    "reset_password_from_key": "bou_portal.accounts.forms.entrance.ResetPasswordKeyForm",
}
MFA_ADAPTER = "bou_portal.accounts.adapter.CodeAdapter"
MFA_FORMS = {
    "authenticate": "bou_portal.accounts.forms.entrance.GiveCodeForm",
    "reauthenticate": "bou_portal.accounts.forms.entrance.GiveCodeAgainForm",
    "activate_totp": "bou_portal.accounts.forms.entrance.SetUpForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "BoU-portalen"
# Off only in the local demo and in tests that say so (security.md, Decision 6).
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=PRODUCTION)

SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 10 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bou_portal.views.csrf_failure"

# --- headers --------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the TOTP code and Bootstrap's own images
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^halsa/"]
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# --- mail -----------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email("EMAIL_URL", default="filemail://" if not TESTING else "memorymail://")
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "BoU-portalen <ingen-svarar@bou-portalen.example>")
# Where the portal is reached, for links in mail that no request started.
BASE_URL = env.str("BASE_URL", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://localhost:8000")

# --- Celery ---------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem:"):
    # Messages are files in one folder, so that a single machine needs no broker at all.
    for folder in (VAR / "broker" / "messages", VAR / "broker" / "control"):
        folder.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "broker" / "messages"),
        "data_folder_out": str(VAR / "broker" / "messages"),
        "control_folder": str(VAR / "broker" / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,  # longer than any task may take, or Redis hands it out a second time
        # A broker that answers nothing must not hold a page: the sweep sends again what could not be sent.
        "socket_timeout": 2,
        "socket_connect_timeout": 1,
    }
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True  # the worker, unlike a page, waits for its broker
CELERY_TASK_IGNORE_RESULT = True  # what became of a task stands in our own rows
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # a long report holds nobody else's
CELERY_TASK_TIME_LIMIT = 300  # seconds
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ALWAYS_EAGER = TESTING
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "bou_portal.reports.tasks.sweep", "schedule": 60, "options": {"expires": 50}},
    "sweep-letters": {"task": "bou_portal.mailing.tasks.sweep_letters", "schedule": 60, "options": {"expires": 50}},
    "sweep-deliveries": {"task": "placements.tasks.sweep_deliveries", "schedule": 60, "options": {"expires": 50}},
    # Again and again through the day: whom a crashed run left without a mail gets it from the next.
    "weekly-mail": {
        "task": "placements.tasks.sweep_weekly_mails",
        "schedule": crontab(day_of_week="mon", hour="6-16", minute="*/15"),
    },
    # Every day from the morning on, for the same reason; nobody has more than one mail a day.
    "rating-tasks": {
        "task": "placements.tasks.sweep_rating_tasks",
        "schedule": crontab(hour="6-16", minute="*/15"),
    },
    # Once a week what has changed at Kolada; what a dead worker left goes on within a minute.
    "sweep-kolada": {"task": "municipalities.kolada.tasks.sweep_fetches", "schedule": 60, "options": {"expires": 50}},
    "weekly-kolada": {
        "task": "municipalities.kolada.tasks.fetch_weekly",
        "schedule": crontab(day_of_week="sun", hour=4, minute=10),
    },
    # Every hour of the day: what a worker that was down did not ask for is asked for by the next run, once.
    "accord-dates": {"task": "municipalities.tasks.sweep_accord_dates", "schedule": crontab(hour="6-16", minute=20)},
    "sweep-news": {"task": "municipalities.tasks.sweep_news", "schedule": 60, "options": {"expires": 50}},
    "weekly-news": {
        "task": "municipalities.tasks.sweep_weekly_news",
        "schedule": crontab(day_of_week="mon", hour="6-16", minute="*/15"),
    },
    "clean-up": {"task": "bou_portal.tasks.clean_up", "schedule": crontab(hour=2, minute=30)},
}

# --- the portal's own -----------------------------------------------------------------------------------------------
DISCLOSURE_THRESHOLD = env.int("DISCLOSURE_THRESHOLD", 5)  # security.md, Decision 1: never below 4
KOLADA_URL = env.str("KOLADA_URL", "https://api.kolada.se/v3")  # public figures; asked by the worker alone

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    # They tell every step of every report.
    "loggers": {"weasyprint": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
}
