"""Django's settings. What an operator decides comes from ``warmline.installation``."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from warmline.installation import REPOSITORY, installation
from warmline.mail_provider import provider

INSTALLATION = installation()
DEMO = INSTALLATION.demo
BASE_DIR = REPOSITORY

SECRET_KEY = INSTALLATION.secrets.django
DEBUG = False

# Where it is reached. Without an origin only this machine reaches it.
ORIGIN = INSTALLATION.origin
HTTPS = bool(ORIGIN and ORIGIN.startswith("https://"))
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [*LOCAL_HOSTS, *([urlsplit(ORIGIN).hostname or ""] if ORIGIN else [])]
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
TRUSTED_PROXIES = INSTALLATION.trusted_proxies
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    # Other names of the operator's domain, and browsers' preload lists, are for the operator.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "warmline.core",
    "warmline.rules",
    "warmline.audit",
    "warmline.people",
    "warmline.rooms",
    "warmline.availability",
    "warmline.safety",
    "warmline.support",
    "warmline.desk",
    *(["warmline.demo"] if DEMO else []),
    # After our own, so that our templates of forms and sign-in pages win.
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "warmline.core.middleware.SafeAddress",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "warmline.core.middleware.PageHeaders",
    "warmline.core.middleware.KnownMethods",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "warmline.core.middleware.IdleSession",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "warmline.core.middleware.Refusals",
    "warmline.people.middleware.SetUpFirst",
    "warmline.people.middleware.RenewDevice",
]

ROOT_URLCONF = "warmline.urls"
ASGI_APPLICATION = "warmline.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "warmline.rules.context.site",
                "warmline.people.context.roles",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.removeprefix("sqlite:///")),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
            },
        }
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or str(parts.port or ""),
        # Each request runs in a thread of its own: connections come from a pool, not from threads.
        "OPTIONS": {**query, "pool": {"min_size": 1, "max_size": 16, "timeout": 10}},
    }


DATABASE_URL = INSTALLATION.database_url
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = INSTALLATION.redis_url

# Counters of rate limits and nothing else: in memory, keyed by hashes.
CACHES = {
    "default": {
        "BACKEND": "warmline.core.counters.DisposableRedisCache"
        if REDIS_URL
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": REDIS_URL or "warmline",
        # Django's 300 would push a counter out as soon as many people are here.
        "OPTIONS": {} if REDIS_URL else {"MAX_ENTRIES": 100_000},
    }
}

# Sessions: end with the browser; 12 idle hours at most (IdleSession renews).
SESSION_ENGINE = "warmline.core.sessions"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
DEVICE_COOKIE_NAME = "__Host-d" if HTTPS else "d"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "warmline.core.views.stale_form"

SECURE_CONTENT_TYPE_NOSNIFF = True
# Nothing to other sites. "no-referrer" would make browsers send `Origin: null` with our own forms.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS: list[str] = []

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "volunteer"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "warmline.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# By network first, so that nobody can lock somebody else out by typing their name a few times.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/5m/ip,60/h/key",
    "login": "30/m/ip",
    "reauthenticate": "10/m/user",
}
# Links for a new password: the longest that any kind lasts (people/links.py has each).
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=24).total_seconds())
MFA_ADAPTER = "warmline.people.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# One step of 30 seconds to both sides: clocks differ and typing takes a while (RFC 6238, section 5.2).
MFA_TOTP_TOLERANCE = 1

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "warmline" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "warmline" / "static" / "collected"
STATICFILES_DIRS = [("dist", BASE_DIR / "warmline" / "static" / "dist")]
STORAGES = {
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}

# Mail leaves only where a server is set; without one every choice that needs mail is absent.
EMAIL_ENABLED = bool(INSTALLATION.email_url)
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 10
if INSTALLATION.email_url:
    _mail = urlsplit(INSTALLATION.email_url)
    _said = {name: values[-1] for name, values in parse_qs(_mail.query).items()}
    DEFAULT_FROM_EMAIL = _said.pop("from", f"no-reply@{_mail.hostname or 'localhost'}")
    if _mail.scheme == "anymail":
        EMAIL_BACKEND, ANYMAIL = provider(_mail.hostname or "", _said)
    else:
        EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        EMAIL_HOST = _mail.hostname or "localhost"
        EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 587)
        EMAIL_HOST_USER = unquote(_mail.username or "")
        EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
        EMAIL_USE_SSL = _mail.scheme == "smtps"
        EMAIL_USE_TLS = _mail.scheme == "smtp+tls"

# For tests alone: a push service on this machine, without TLS.
PUSH_TO_LOOPBACK = False

# Where a quick exit leads: a dull page with nothing personal on it.
EXIT_URL = "https://www.bbc.com/weather"

# No line about a person: no addresses, no paths with ids, no form state.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"quiet": {"()": "warmline.core.logs.NothingPersonal"}},
    "formatters": {
        "plain": {
            "()": "warmline.core.logs.WithoutValues",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["quiet"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": [], "propagate": False},
        "uvicorn.access": {"handlers": [], "propagate": False},
    },
}
