"""The settings of all variants; which one is meant stands in the environment."""

import os
import re
from pathlib import Path

VARIANT = os.environ.get("DIFFERENTIAL_VARIANT", "plain")
BASE = Path(__file__).parent

SECRET_KEY = "a key that both sides know, long enough to be one: 0123456789abcdefghijkl"
SECRET_KEY_FALLBACKS = ["the key before: 0123456789abcdefghijklmnopqrstuvwxyz0123456789"]
ALLOWED_HOSTS = ["testserver", ".example.com", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "project.urls"
USE_TZ = True
DEBUG = False
INSTALLED_APPS = []
MIDDLEWARE = []
FILE_UPLOAD_TEMP_DIR = None
TEMPLATES = []
# Records are gathered by who asks.
LOGGING_CONFIG = None

_ALL = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

if VARIANT == "builtin":
    MIDDLEWARE = _ALL
elif VARIANT == "foreign":
    MIDDLEWARE = [
        _ALL[0],
        "project.middleware.Stamp",
        "project.middleware.either_colour",
        _ALL[3],
        "project.middleware.Hooks",
        "project.middleware.NotUsed",
        "project.middleware.OnlyAsync",
        "project.middleware.ChooseURLconf",
        _ALL[4],
        "project.middleware.Short",
    ]
elif VARIANT == "strict":
    MIDDLEWARE = ["project.middleware.OldStyle", *_ALL]
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^plain/"]
    SECURE_HSTS_SECONDS = 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REFERRER_POLICY = "no-referrer, origin"
    SECURE_CROSS_ORIGIN_OPENER_POLICY = None
    USE_X_FORWARDED_HOST = True
    USE_X_FORWARDED_PORT = True
    PREPEND_WWW = True
    X_FRAME_OPTIONS = "sameorigin"
    DISALLOWED_USER_AGENTS = [re.compile("^bad", re.I)]
    DATA_UPLOAD_MAX_MEMORY_SIZE = 500
    DATA_UPLOAD_MAX_NUMBER_FIELDS = 4
    DATA_UPLOAD_MAX_NUMBER_FILES = 2
    FILE_UPLOAD_MAX_MEMORY_SIZE = 300
    DEFAULT_CHARSET = "iso-8859-15"
elif VARIANT == "limits":
    MIDDLEWARE = [_ALL[3]]
    APPEND_SLASH = False
    DATA_UPLOAD_MAX_MEMORY_SIZE = 400
    DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    DATA_UPLOAD_MAX_NUMBER_FILES = 1
    FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    FORCE_SCRIPT_NAME = "/mounted"
    ALLOWED_HOSTS = ["*"]
    ROOT_URLCONF = "project.urls_with_handlers"
elif VARIANT == "debug":
    DEBUG = True
    ALLOWED_HOSTS = []
    MIDDLEWARE = _ALL

VARIANTS = ("plain", "builtin", "foreign", "strict", "limits", "debug")
