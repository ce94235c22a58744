"""Settings of the Django project. Importing them starts nothing and, on the embedded database, writes nothing.

The environment decides: `VINCULO_HOME` (data folder), `DATABASE_URL` and `DATABASE_APP_URL` (your own server),
`VINCULO_HOSTS` (names the site answers to, by commas), `VINCULO_HTTPS=1` (behind TLS), `VINCULO_PROXIES` (how many of
ours stand before it), `VINCULO_TIME_ZONE`, `VINCULO_SECRET_KEY`, `VINCULO_INBOX` (below which folders are watched),
`VINCULO_MATCHING` and `VINCULO_NIGHTLY` (when the matching and the run of the night begin), `VINCULO_MEMORY`,
`VINCULO_ADDRESS` (what links in mails begin with), `EMAIL_HOST` and its companions, or `VINCULO_MAIL_FOLDER` (mails
become files there), `VINCULO_WEBHOOKS_LOCAL=1` (webhooks may go to this machine and its network).
"""

import os
from pathlib import Path

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from vinculo.project import clock, home, zone
from vinculo.project.database import address

HERE = Path(__file__).parent

# Below the project nobody knows the home; a part asks for a folder of its own in it.
HOME_FOLDER = home.folder
# The home of a demonstration stands at the days of its orders.
clock.follow()
# When the matching and the run of the night begin, as cron writes it; empty for none. The memory of an analysis.
MATCHING = os.environ.get("VINCULO_MATCHING", "30 1 * * *")
NIGHTLY = os.environ.get("VINCULO_NIGHTLY", "30 2 * * *")
ENGINE_MEMORY = os.environ.get("VINCULO_MEMORY", "2GB")

# Processes of the site under `vinculo up`.
SITE_PROCESSES = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Whether webhooks may go to this machine and its network, and without TLS.
WEBHOOKS_LOCAL = os.environ.get("VINCULO_WEBHOOKS_LOCAL") == "1"

DEBUG = os.environ.get("VINCULO_DEBUG") == "1"
SECRET_KEY = SimpleLazyObject(home.secret_key)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, os.environ.get("VINCULO_HOSTS", "").split(","))]

HTTPS = os.environ.get("VINCULO_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in os.environ.get("VINCULO_HOSTS", "").split(",") if host]
X_FRAME_OPTIONS = "DENY"
# Proxies of ours before the site, each of which says in X-Forwarded-For who called it.
PROXIES = int(os.environ.get("VINCULO_PROXIES", "0"))

INSTALLED_APPS = [
    "vinculo.project.staff",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "vinculo.identify.records",
    "vinculo.differentiate.records",
    "vinculo.programs.records",
    "vinculo.measure.records",
    "vinculo.exchange.records",
    # Its pages of the API stand in the package: they work without the internet.
    "ninja",
    # Last: its triggers and privileges need every table.
    "vinculo.project.audit",
]

MIDDLEWARE = [
    "vinculo.project.security.CallerMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "vinculo.project.security.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page needs a signed-in user unless it says otherwise.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "vinculo.project.staff.middleware.LanguageMiddleware",
    "vinculo.project.audit.middleware.AttributionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "vinculo.project.urls"
WSGI_APPLICATION = "vinculo.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE.parent / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vinculo.web.shell.surroundings",
            ],
            "builtins": ["vinculo.web.tags"],
        },
    }
]

# The application may not touch the audit trail; the owner migrates, backs up and restores, and does nothing else.
DATABASES = {
    "default": {
        **address.application().django(),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    },
    "owner": address.owner().django(),
}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "vinculo.project.staff.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

USE_TZ = True
TIME_ZONE = zone.name()
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
# What amounts are written in before the first run says its currency.
CURRENCY = os.environ.get("VINCULO_CURRENCY", "EUR")

# Drawings of a run take seconds and never change: one process draws for all. `vinculo up` begins without any.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "drawings": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": home.drawings_folder(),
        "TIMEOUT": 7 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}

STATIC_URL = "/static/"
STATIC_ROOT = None
STATICFILES_DIRS = [folder for folder in [HERE.parent / "web" / "static"] if folder.is_dir()]
# Files are served from where the packages keep them: nothing to collect before the first start.
WHITENOISE_USE_FINDERS = True

MEDIA_ROOT = ""
IMPORTS_FOLDER = home.path() / "imports"
# Folders may be watched for files to import only below this one.
IMPORT_ROOT = Path(os.environ.get("VINCULO_INBOX") or home.path() / "inbox")
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# What links in mails begin with, and a mailbox that takes requests to unsubscribe, where somebody reads it.
SITE_ADDRESS = os.environ.get("VINCULO_ADDRESS", "http://localhost:8000").rstrip("/")
UNSUBSCRIBE_MAILBOX = os.environ.get("VINCULO_UNSUBSCRIBE_MAILBOX", "")
# Mails may go to files instead: the demonstration shows them so.
EMAIL_FILE_PATH = os.environ.get("VINCULO_MAIL_FOLDER")
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if EMAIL_FILE_PATH else 'smtp'}.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "vinculo@localhost")

# Loaded by whoever asks for a job or does one: with their engines they take three quarters of every start.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = [
    "vinculo.differentiate.records.tasks",
    "vinculo.identify.records.tasks",
    "vinculo.exchange.records.tasks",
    "vinculo.programs.records.portal.tasks",
    "vinculo.programs.records.tasks",
    "vinculo.programs.records.earning.tasks",
]

UNFOLD = {"SITE_TITLE": "Vinculo", "SITE_HEADER": "Vinculo", "SHOW_LANGUAGES": False}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
