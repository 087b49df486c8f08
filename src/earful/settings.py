"""Every setting, each from the environment, each with its reason.

EARFUL_DATA           folder of this desk's data: keys, logs, the embedded database      (./.earful/desk)
DATABASE_URL          an outside PostgreSQL; without it the embedded one is used          (none)
EARFUL_SECRET_KEY     signs sessions and tickets; without it one is made and kept in a file
EARFUL_VAULT_KEY      seals access tokens; without it one is made and kept in a file; several, comma between: the
                      first seals, all open
EARFUL_HOSTS          names under which people reach the desk, comma between              (localhost,127.0.0.1)
EARFUL_ORIGIN         the address people type; needed behind a proxy with TLS, and for the
                      callback address that is registered with a network                  (none)
EARFUL_EVENTS_URL     where browsers find the events process                              (same host, next port)
EARFUL_PRICES         a TOML file of prices that differ from the list that ships            (none)
EARFUL_SECURE         "1" when people reach the desk by https: cookies only travel sealed (0)
EARFUL_DEBUG          "1" shows faults on the page; never in public                       (0)

Read elsewhere, by the process that each is for:

EARFUL_POSTGRES       which PostgreSQL the embedded database runs on (`embedded/binaries.py`)  (the newest here)
EARFUL_READERS        how many readers `up` starts                                        (1)
EARFUL_PAGE_WORKERS   how many processes answer for pages                                 (1)
EARFUL_CROWD          "0" keeps the pretend X's customers silent                          (1)
EARFUL_LOG_LEVEL      what is worth a line: debug, info, warning, error                   (info)

Told by `up` to the processes that it starts, and not for people to set: EARFUL_HOST, EARFUL_PORT, EARFUL_EVENTS_PORT,
EARFUL_SANDBOX_URL (where the pretend X is; empty without the demo). EARFUL_SANDBOX_KEY opens the pretend X's control
door; `up` makes a new one at each start unless one is set. EARFUL_HOME, the clone, is told by the launcher.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HOME = Path(os.environ.get("EARFUL_HOME", Path.cwd()))
DATA = Path(os.environ.get("EARFUL_DATA", HOME / ".earful" / "desk"))


def kept_secret(file: str) -> Path:
    """A file in the data folder with a secret, made at first need, readable by us alone."""
    path = DATA / file
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(48))
        # link() refuses to replace: of two processes that start at once, the first one's secret stays.
        try:
            os.link(partial, path)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path


def database(url: str) -> dict[str, Any]:
    """A libpq address (postgresql://user:password@host:port/name?host=/socket/folder) as Django wants it."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "earful",
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        # One connection a thread, kept; a dead one is noticed before it is used.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


# Without a key from the environment the vault reads its file, each time that it has changed.
VAULT_KEY = os.environ.get("EARFUL_VAULT_KEY", "")
VAULT_FILE = DATA / "vault.key" if VAULT_KEY else kept_secret("vault.key")
SECRET_KEY = os.environ.get("EARFUL_SECRET_KEY") or kept_secret("secret.key").read_text().strip()
DEBUG = os.environ.get("EARFUL_DEBUG") == "1"
SECURE = os.environ.get("EARFUL_SECURE") == "1"
ALLOWED_HOSTS = os.environ.get("EARFUL_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ORIGIN = os.environ.get("EARFUL_ORIGIN", "")
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
PRICES = os.environ.get("EARFUL_PRICES", "")
# Where this very machine reaches the desk, as `up` tells it: a pretend network beside it calls there.
LOCAL = f"http://127.0.0.1:{os.environ['EARFUL_PORT']}" if os.environ.get("EARFUL_PORT") else ""
EVENTS_URL = os.environ.get("EARFUL_EVENTS_URL", "")
SANDBOX_URL = os.environ.get("EARFUL_SANDBOX_URL", "")

DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql:///earful")
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    # Before allauth, so that its own pages wear the console's clothes.
    "earful.console",
    "allauth",
    "allauth.account",
    "django_htmx",
    "earful.people",
    "earful.channels",
    "earful.ledger",
    "earful.posts",
    "earful.triage",
    "earful.rules",
    "earful.knowledge",
    "earful.cases",
    "earful.replies",
    "earful.spikes",
    "earful.intake",
    "earful.duties",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "earful.console.headers.ContentSecurity",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "earful.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

AUTH_USER_MODEL = "people.Agent"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# Nobody signs up: an agent is invited, or let in by a one-time link.
ACCOUNT_ADAPTER = "earful.people.signing_in.InvitedOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# The links that reset a password go by mail; where no mail server is set they are written to the log.
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A page's counts may be this many seconds old; all agents share one counting.
COUNTS_KEPT = 2
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# No form of ours is larger; a larger request is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# Files may be larger: the first of these says how much, the second keeps them on disk while they come in.
FILE_UPLOAD_HANDLERS = [
    "earful.console.receiving.Bounded",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]
