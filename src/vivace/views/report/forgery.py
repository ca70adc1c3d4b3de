"""The page for a request that was refused because it may be forged.

Visitors learn what their browser may lack; developers, while DEBUG is on, what a form must have.
"""

from __future__ import annotations

from vivace.middleware.csrf import REASON_NO_CSRF_COOKIE, REASON_NO_REFERER
from vivace.utils.naming import root
from vivace.utils.translation import gettext as _
from vivace.views.report.parts import code, document, text

STYLE = """
header p { max-width: 46rem; }
main li { margin: .5rem 0; }
.reason { margin: .75rem 0; padding: .7rem .9rem; border: 1px solid var(--line);
  border-radius: 6px; background: var(--panel); color: var(--accent); }
"""


def explanations(reason: str) -> list[str]:
    """What a visitor can do about `reason`: sentences as plain text, none for most reasons."""
    if reason == REASON_NO_REFERER:
        return [
            _(
                "You are seeing this message because this HTTPS site requires a “Referer header” to "
                "be sent by your web browser, but none was sent. This header is required for "
                "security reasons, to ensure that your browser is not being hijacked by third "
                "parties."
            ),
            _(
                "If you have configured your browser to disable “Referer” headers, please re-enable "
                "them, at least for this site, or for HTTPS connections, or for “same-origin” "
                "requests."
            ),
            _(
                'If you are using the <meta name="referrer" content="no-referrer"> tag or including '
                "the “Referrer-Policy: no-referrer” header, please remove them. The CSRF protection "
                "requires the “Referer” header to do strict referer checking. If "
                "you\N{RIGHT SINGLE QUOTATION MARK}re concerned "
                'about privacy, use alternatives like <a rel="noreferrer" …> for links to '
                "third-party sites."
            ),
        ]
    if reason == REASON_NO_CSRF_COOKIE:
        return [
            _(
                "You are seeing this message because this site requires a CSRF cookie when "
                "submitting forms. This cookie is required for security reasons, to ensure that "
                "your browser is not being hijacked by third parties."
            ),
            _(
                "If you have configured your browser to disable cookies, please re-enable them, at "
                "least for this site, or for “same-origin” requests."
            ),
        ]
    return []


def render(reason: str, debug: bool) -> str:
    """The page; with `debug`, it has the reason and what to look for."""
    told = "\n".join(f"<p>{text(each)}</p>" for each in explanations(reason))
    main = text(_("CSRF verification failed. Request aborted."))
    title = _("Forbidden")
    body = (
        '<header id="summary"><div class="inner">'
        f"<h1>{text(title)} <span>(403)</span></h1>\n<p>{main}</p>\n{told}</div></header>\n"
        f"{_help(reason) if debug else _more()}"
    )
    return document(f"403 {title}", body, STYLE)


def _more() -> str:
    more = text(_("More information is available with DEBUG=True."))
    return f'<main id="explanation"><p><small>{more}</small></p></main>'


def _help(reason: str) -> str:
    given = ""
    if reason:
        given = f'<p>Reason given for failure:</p>\n<pre class="reason">{text(reason)}</pre>'
    tag, middleware = code("{% csrf_token %}"), code("CsrfViewMiddleware")
    steps = (
        f"Has each form that is posted to this site a {tag} in it, and no form that is posted to "
        "another?",
        "Was the template rendered with the request, as "
        f"{code('render(request, …)')} does? Without it there is no token.",
        "Does the browser take cookies? The secret that the token belongs to is in one.",
        f"Without {middleware} in {code('MIDDLEWARE')}, both the view that shows the form and the "
        f"one that takes it need {code('csrf_protect')}.",
        "Was the page open since before a login, in this tab or another? A login changes the token: "
        "load the form again.",
        "Does the site stand behind a proxy that ends HTTPS, or does the form come from another "
        f"host? See {code('SECURE_PROXY_SSL_HEADER')} and {code('CSRF_TRUSTED_ORIGINS')}.",
    )
    listed = "\n".join(f"<li>{step}</li>" for step in steps)
    return (
        f'<main id="info"><h2>Help</h2>\n{given}\n'
        "<p>Somebody may have tried to make a visitor send what they did not want to. More often, "
        f"a form or its view lacks something:</p>\n<ul>{listed}</ul></main>"
        '<footer id="explanation" class="soft"><p>You see this part of the page because '
        f"{code('DEBUG = True')} is in your {text(root().title())} settings. Set it to "
        f"{code('False')}, and visitors get only the first one. {code('CSRF_FAILURE_VIEW')} names "
        "the view that shows this page, for one of your own.</p></footer>"
    )
