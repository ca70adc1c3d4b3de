"""django-bolt, with its own server: the settings of its project, and in them where its API is."""

from __future__ import annotations

SECRET_KEY = "a key for benchmarks, long enough: 0123456789abcdefghijklmnopqrstuvwxyz"
ALLOWED_HOSTS = ["bench.example"]
INSTALLED_APPS = ["django_bolt"]
ROOT_URLCONF = "benchmarks.load.apps.bolt_api"
BOLT_API = ["benchmarks.load.apps.bolt_api:api"]
