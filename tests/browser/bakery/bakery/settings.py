"""Settings with secrets in them, which no page may show."""

import os
from pathlib import Path

DEBUG = os.environ.get("BAKERY_DEBUG", "1") == "1"
SECRET_KEY = "sugar-and-cinnamon-are-the-secret " * 2
STRIPE_API_KEY = "sk_live_a-secret-of-the-till"
SUPPLIERS = {"mill": {"url": "https://mill.example", "token": "a-secret-of-the-mill"}}
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "bakery.urls"
INSTALLED_APPS = ["bakery"]
MIDDLEWARE = [
    "vivace.middleware.security.SecurityMiddleware",
    "vivace.middleware.common.CommonMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "vivace.db.backends.sqlite3",
        "NAME": Path(os.environ.get("BAKERY_FOLDER", ".")) / "bakery.sqlite3",
        "PASSWORD": "a-secret-of-the-database",
    }
}
DEFAULT_AUTO_FIELD = "vivace.db.models.BigAutoField"
TEMPLATES = [
    {"BACKEND": "vivace.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]
STATIC_URL = "static/"
