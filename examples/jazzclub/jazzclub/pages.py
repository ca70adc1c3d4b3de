"""HTML: functions that take data and return markup, and escape everything that is not markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jazzclub.programme import Gig
from vivace.urls import reverse
from vivace.utils import timezone
from vivace.utils.html import format_html, format_html_join
from vivace.utils.safestring import SafeString, mark_safe

CLUB = "Cellar Door"
LINKS = (("programme", "Programme"), ("posters", "Posters"), ("about", "About"))


def static(path: str) -> str:
    """The address of a static file."""
    return reverse("static", kwargs={"path": path})


def page(title: str, *parts: SafeString, current: str = "", intro: str = "") -> SafeString:
    """A whole page."""
    links = format_html_join(
        "",
        '<a href="{}"{}>{}</a>',
        (
            (reverse(name), mark_safe(' aria-current="page"') if name == current else "", label)
            for name, label in LINKS
        ),
    )
    return format_html(
        "<!doctype html>\n"
        '<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="{icon}"><link rel="stylesheet" href="{style}">'
        '<script src="{script}" defer></script></head><body>'
        '<header class="top"><a class="mark" href="{home}"><img src="{icon}" alt="" width="36" height="36">'
        "<span>{club}</span></a><nav>{links}</nav></header>"
        "<main>{intro}{parts}</main>"
        '<footer><p class="now" data-live="{live}" hidden><i></i><span></span></p>'
        "<p>{club} &middot; 12 Harbour Lane, downstairs &middot; doors at eight</p>"
        '<p><a href="{api}">JSON</a> <a href="{csv}">CSV</a></p></footer></body></html>\n',
        title=title if title == CLUB else f"{title} – {CLUB}",
        icon=static("mark.svg"),
        style=static("style.css"),
        script=static("live.js"),
        home=reverse("home"),
        club=CLUB,
        links=links,
        intro=format_html("<h1>{}</h1>", intro) if intro else "",
        parts=mark_safe("".join(parts)),
        live=reverse("live"),
        api=reverse("api-gigs"),
        csv=reverse("programme-csv"),
    )


def price(gig: Gig) -> str:
    """What a gig costs, in words."""
    return f"€{gig.price}" if gig.price else "Free"


def _night(gig: Gig) -> SafeString:
    starts = timezone.localtime(gig.starts)
    return format_html(
        '<time datetime="{}"><b>{}</b><span>{} {}</span></time>',
        starts.isoformat(), starts.strftime("%a"), starts.day, starts.strftime("%b"),
    )  # fmt: skip


def gig_list(gigs: Iterable[Gig]) -> SafeString:
    """The programme as a list of links."""
    return format_html(
        '<ol class="gigs">{}</ol>',
        format_html_join(
            "",
            '<li><a href="{}">{}<span class="who"><b>{}</b><span>{}</span></span>'
            '<span class="price">{}</span></a></li>',
            (
                (reverse("gig", args=[gig.slug]), _night(gig), gig.artist, gig.style, price(gig))
                for gig in gigs
            ),
        ),
    )


def hero(gig: Gig) -> SafeString:
    """The next gig, large."""
    return format_html(
        '<section class="hero"><p class="eyebrow">Next in the cellar</p><h1>{}</h1>'
        "<p>{}</p><p class=\"facts\">{} <span>{}</span> <span>{}</span></p>"
        '<p><a class="button" href="{}">The evening</a></p></section>',
        gig.artist, gig.text, _night(gig), gig.style, price(gig), reverse("gig", args=[gig.slug]),
    )  # fmt: skip


def heading(text: str) -> SafeString:
    """A heading within a page."""
    return format_html("<h2>{}</h2>", text)


def styles(all_styles: Sequence[str], chosen: str) -> SafeString:
    """Links that narrow the programme down to a style."""
    programme = reverse("programme")
    return format_html(
        '<p class="styles">{}</p>',
        format_html_join(
            " ",
            '<a href="{}"{}>{}</a>',
            (
                (
                    reverse("programme", query={"style": style}) if style else programme,
                    mark_safe(' aria-current="true"') if style == chosen else "",
                    style or "All",
                )
                for style in ("", *all_styles)
            ),
        ),
    )


def gig_details(gig: Gig) -> SafeString:
    """One evening in full."""
    return format_html(
        '<article class="gig"><p class="eyebrow">{}</p><h1>{}</h1><p class="facts">{} '
        "<span>doors {}</span> <span>{}</span></p><p>{}</p><h2>On stage</h2><ul>{}</ul>"
        '<p><a href="{}">The whole programme</a></p></article>',
        gig.style,
        gig.artist,
        _night(gig),
        timezone.localtime(gig.starts).strftime("%H:%M"),
        price(gig),
        gig.text,
        format_html_join("", "<li>{}</li>", ((who,) for who in gig.line_up)),
        reverse("programme"),
    )


def about() -> SafeString:
    """What the club is."""
    return format_html(
        '<div class="columns"><section><p>{}</p><p>{}</p></section>'
        "<section><h2>Finding us</h2><p>{}</p><h2>Playing here</h2><p>{}"
        ' <a href="{}">Send us your poster</a>.</p></section></div>',
        "Eighty chairs, one piano, no stage lights worth mentioning. The cellar was a coal store, then a "
        "shoe shop's stockroom, and since 1974 a place where people stop talking when the music starts.",
        "It is run by its members. Whoever is behind the bar tonight may well be on stage tomorrow.",
        "12 Harbour Lane, down the stairs behind the bicycle shop. Tram 4 stops at the corner. There is a "
        "lift in the yard; ring twice.",
        "We book three months ahead, and we pay everyone the same.",
        reverse("posters"),
    )


def poster_form(error: str = "", title: str = "") -> SafeString:
    """The form by which a poster is sent."""
    return format_html(
        '<form class="card" method="post" enctype="multipart/form-data">{}'
        '<label>Title<input name="title" maxlength="80" required value="{}"></label>'
        '<label>Poster<input type="file" name="poster" accept="image/png,image/jpeg" required></label>'
        "<p><small>PNG or JPEG, at most 2 MB.</small></p>"
        '<button class="button">Send it</button></form>',
        format_html('<p class="error" role="alert">{}</p>', error) if error else "",
        title,
    )


def poster_wall(posters: Sequence[str], address: str) -> SafeString:
    """The posters that were sent."""
    if not posters:
        return mark_safe('<p class="empty">The wall is empty. Yours could be the first.</p>')
    return format_html(
        '<ul class="wall">{}</ul>',
        format_html_join(
            "",
            '<li><img src="{}" alt="A poster" loading="lazy"></li>',
            ((address + each,) for each in posters),
        ),
    )


def message(title: str, text: str, mark: str) -> SafeString:
    """A page that says that something is not as it should be."""
    return page(
        title,
        format_html(
            '<section class="message"><p class="big">{}</p><h1>{}</h1><p>{}</p>'
            '<p><a class="button" href="{}">Back upstairs</a></p></section>',
            mark, title, text, reverse("home"),
        ),
    )  # fmt: skip
