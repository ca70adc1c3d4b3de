"""Checks of the security middleware, the secret keys and the other settings of a deployment."""

from typing import Any

from vivace.checks.messages import CheckMessage, Error, Warning
from vivace.checks.registry import Tags, register
from vivace.checks.security import has_middleware
from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.utils.naming import say

CROSS_ORIGIN_OPENER_POLICY_VALUES = {
    "same-origin",
    "same-origin-allow-popups",
    "unsafe-none",
}
REFERRER_POLICY_VALUES = {
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
}
SECRET_KEY_INSECURE_PREFIX = "django-insecure-"
SECRET_KEY_MIN_LENGTH = 50
SECRET_KEY_MIN_UNIQUE_CHARACTERS = 5
SECRET_KEY_WARNING_MSG = (
    f"Your %s has less than {SECRET_KEY_MIN_LENGTH} characters, less than "
    f"{SECRET_KEY_MIN_UNIQUE_CHARACTERS} unique characters, or it's prefixed with "
    f"'{SECRET_KEY_INSECURE_PREFIX}' indicating that it was generated automatically by Django. "
    "Please generate a long and random value, otherwise many of Django's security-critical "
    "features will be vulnerable to attack."
)

_SECURITY = "middleware.security.SecurityMiddleware"
_FRAMES = "middleware.clickjacking.XFrameOptionsMiddleware"

W001 = Warning(
    f"You do not have '{say(_SECURITY)}' in your MIDDLEWARE so the SECURE_HSTS_SECONDS, "
    "SECURE_CONTENT_TYPE_NOSNIFF, SECURE_REFERRER_POLICY, SECURE_CROSS_ORIGIN_OPENER_POLICY, and "
    "SECURE_SSL_REDIRECT settings will have no effect.",
    id="security.W001",
)
W002 = Warning(
    f"You do not have '{say(_FRAMES)}' in your MIDDLEWARE, so your pages will not be served with "
    "an 'x-frame-options' header. Unless there is a good reason for your site to be served in a "
    "frame, you should consider enabling this header to help prevent clickjacking attacks.",
    id="security.W002",
)
W004 = Warning(
    "You have not set a value for the SECURE_HSTS_SECONDS setting. If your entire site is served "
    "only over SSL, you may want to consider setting a value and enabling HTTP Strict Transport "
    "Security. Be sure to read the documentation first; enabling HSTS carelessly can cause "
    "serious, irreversible problems.",
    id="security.W004",
)
W005 = Warning(
    "You have not set the SECURE_HSTS_INCLUDE_SUBDOMAINS setting to True. Without this, your site "
    "is potentially vulnerable to attack via an insecure connection to a subdomain. Only set this "
    "to True if you are certain that all subdomains of your domain should be served exclusively "
    "via SSL.",
    id="security.W005",
)
W006 = Warning(
    "Your SECURE_CONTENT_TYPE_NOSNIFF setting is not set to True, so your pages will not be served "
    "with an 'X-Content-Type-Options: nosniff' header. You should consider enabling this header to "
    "prevent the browser from identifying content types incorrectly.",
    id="security.W006",
)
W008 = Warning(
    "Your SECURE_SSL_REDIRECT setting is not set to True. Unless your site should be available "
    "over both SSL and non-SSL connections, you may want to either set this setting True or "
    "configure a load balancer or reverse-proxy server to redirect all connections to HTTPS.",
    id="security.W008",
)
W009 = Warning(SECRET_KEY_WARNING_MSG % "SECRET_KEY", id="security.W009")
W018 = Warning("You should not have DEBUG set to True in deployment.", id="security.W018")
W019 = Warning(
    f"You have '{say(_FRAMES)}' in your MIDDLEWARE, but X_FRAME_OPTIONS is not set to 'DENY'. "
    "Unless there is a good reason for your site to serve other parts of itself in a frame, you "
    "should change it to 'DENY'.",
    id="security.W019",
)
W020 = Warning("ALLOWED_HOSTS must not be empty in deployment.", id="security.W020")
W021 = Warning(
    "You have not set the SECURE_HSTS_PRELOAD setting to True. Without this, your site cannot be "
    "submitted to the browser preload list.",
    id="security.W021",
)
W022 = Warning(
    "You have not set the SECURE_REFERRER_POLICY setting. Without this, your site will not send a "
    "Referrer-Policy header. You should consider enabling this header to protect user privacy.",
    id="security.W022",
)
E023 = Error(
    "You have set the SECURE_REFERRER_POLICY setting to an invalid value.",
    hint=f"Valid values are: {', '.join(sorted(REFERRER_POLICY_VALUES))}.",
    id="security.E023",
)
E024 = Error(
    "You have set the SECURE_CROSS_ORIGIN_OPENER_POLICY setting to an invalid value.",
    hint=f"Valid values are: {', '.join(sorted(CROSS_ORIGIN_OPENER_POLICY_VALUES))}.",
    id="security.E024",
)
W025 = Warning(SECRET_KEY_WARNING_MSG, id="security.W025")


def _security_middleware() -> bool:
    return has_middleware(_SECURITY)


def _xframe_middleware() -> bool:
    return has_middleware(_FRAMES)


def _unless(passed: bool, message: CheckMessage) -> list[CheckMessage]:
    return [] if passed else [message]


@register(Tags.security, deploy=True)
def check_security_middleware(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The security middleware must be there."""
    return _unless(_security_middleware(), W001)


@register(Tags.security, deploy=True)
def check_xframe_options_middleware(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The middleware against framing must be there."""
    return _unless(_xframe_middleware(), W002)


@register(Tags.security, deploy=True)
def check_sts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Strict transport security should be on."""
    return _unless(not _security_middleware() or bool(settings.SECURE_HSTS_SECONDS), W004)


@register(Tags.security, deploy=True)
def check_sts_include_subdomains(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Strict transport security should cover subdomains."""
    passed = (
        not _security_middleware()
        or not settings.SECURE_HSTS_SECONDS
        or settings.SECURE_HSTS_INCLUDE_SUBDOMAINS is True
    )
    return _unless(passed, W005)


@register(Tags.security, deploy=True)
def check_sts_preload(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Strict transport security should be ready for preload lists."""
    passed = (
        not _security_middleware()
        or not settings.SECURE_HSTS_SECONDS
        or settings.SECURE_HSTS_PRELOAD is True
    )
    return _unless(passed, W021)


@register(Tags.security, deploy=True)
def check_content_type_nosniff(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Browsers should be told not to guess types."""
    return _unless(not _security_middleware() or settings.SECURE_CONTENT_TYPE_NOSNIFF is True, W006)


@register(Tags.security, deploy=True)
def check_ssl_redirect(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Plain HTTP should be redirected."""
    return _unless(not _security_middleware() or settings.SECURE_SSL_REDIRECT is True, W008)


def _check_secret_key(secret_key: Any) -> bool:
    return (
        bool(secret_key)
        and len(set(secret_key)) >= SECRET_KEY_MIN_UNIQUE_CHARACTERS
        and len(secret_key) >= SECRET_KEY_MIN_LENGTH
        and not secret_key.startswith(SECRET_KEY_INSECURE_PREFIX)
    )


@register(Tags.security, deploy=True)
def check_secret_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The secret key must be hard to guess."""
    try:
        secret_key = settings.SECRET_KEY
    except (ImproperlyConfigured, AttributeError):
        return [W009]
    return _unless(_check_secret_key(secret_key), W009)


@register(Tags.security, deploy=True)
def check_secret_key_fallbacks(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """So must the older keys that are still accepted."""
    try:
        fallbacks = settings.SECRET_KEY_FALLBACKS
    except (ImproperlyConfigured, AttributeError):
        return [Warning(W025.msg % "SECRET_KEY_FALLBACKS", id=W025.id)]
    return [
        Warning(W025.msg % f"SECRET_KEY_FALLBACKS[{index}]", id=W025.id)
        for index, key in enumerate(fallbacks)
        if not _check_secret_key(key)
    ]


@register(Tags.security, deploy=True)
def check_debug(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """DEBUG must be off."""
    return _unless(not settings.DEBUG, W018)


@register(Tags.security, deploy=True)
def check_xframe_deny(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Framing should be denied altogether."""
    return _unless(not _xframe_middleware() or settings.X_FRAME_OPTIONS == "DENY", W019)


@register(Tags.security, deploy=True)
def check_allowed_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The site's hosts must be named."""
    return _unless(bool(settings.ALLOWED_HOSTS), W020)


@register(Tags.security, deploy=True)
def check_referrer_policy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """There should be a referrer policy, and it must be a valid one."""
    if not _security_middleware():
        return []
    policy = settings.SECURE_REFERRER_POLICY
    if policy is None:
        return [W022]
    values = [part.strip() for part in policy.split(",")] if isinstance(policy, str) else policy
    return _unless(REFERRER_POLICY_VALUES.issuperset(values), E023)


@register(Tags.security, deploy=True)
def check_cross_origin_opener_policy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The policy for openers must be a valid one."""
    policy = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
    passed = (
        not _security_middleware() or policy is None or policy in CROSS_ORIGIN_OPENER_POLICY_VALUES
    )
    return _unless(passed, E024)
