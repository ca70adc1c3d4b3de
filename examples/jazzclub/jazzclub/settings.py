"""Settings of the jazz club's site."""

import os
from pathlib import Path

from vivace.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent

DEBUG = os.environ.get("JAZZCLUB_DEBUG") == "1"
# Nothing is signed on this site; one that signs something keeps its key out of the repository.
SECRET_KEY = os.environ.get(
    "JAZZCLUB_SECRET_KEY", "only for the demo: " + "do-re-mi-fa-sol-la-ti-" * 3
)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *os.environ.get("JAZZCLUB_HOSTS", "").split()]

DATABASES = {
    "default": {
        "ENGINE": "vivace.db.backends.sqlite3",
        "NAME": os.environ.get("JAZZCLUB_DATABASE", BASE_DIR.parent / "jazzclub.sqlite3"),
        # Who books says so when the transaction begins, and waits for those who were first.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
        "CONN_MAX_AGE": None,
    }
}
DEFAULT_AUTO_FIELD = "vivace.db.models.BigAutoField"

ROOT_URLCONF = "jazzclub.urls"
WSGI_APPLICATION = "jazzclub.wsgi.application"
INSTALLED_APPS = ["jazzclub"]
MIDDLEWARE = [
    "vivace.middleware.security.SecurityMiddleware",
    "vivace.middleware.csp.ContentSecurityPolicyMiddleware",
    "vivace.middleware.http.ConditionalGetMiddleware",
    "vivace.middleware.common.CommonMiddleware",
    "vivace.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "vivace.template.backends.django.DjangoTemplates",
        # The pages, and the tags they load, are where an application keeps them.
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["vivace.template.context_processors.request"]},
    }
]
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
}

USE_TZ = True
TIME_ZONE = "Europe/Berlin"

STATIC_URL = "static/"
STATIC_DIR = BASE_DIR / "static"
MEDIA_URL = "posters/files/"
MEDIA_ROOT = Path(os.environ.get("JAZZCLUB_MEDIA", BASE_DIR.parent / "media"))
