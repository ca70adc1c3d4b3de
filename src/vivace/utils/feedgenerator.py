"""Syndication feeds as XML: RSS 0.91, RSS 2.0 and Atom 1.0 (RFC 4287).

Documented at https://docs.djangoproject.com/en/5.2/ref/utils/#module-django.utils.feedgenerator; what a
feed consists of is defined at https://www.rssboard.org/rss-specification and in RFC 4287. Each kind of
feed has hooks that add attributes and elements of one's own to the root and to the items.
"""

from __future__ import annotations

import datetime
import email.utils
import mimetypes
from collections.abc import Iterable
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

from vivace.utils.encoding import iri_to_uri
from vivace.utils.xmlutils import SimplerXMLGenerator

__all__ = [
    "Atom1Feed",
    "DefaultFeed",
    "Enclosure",
    "Rss201rev2Feed",
    "RssFeed",
    "RssUserland091Feed",
    "SimplerXMLGenerator",
    "Stylesheet",
    "SyndicationFeed",
    "get_tag_uri",
    "iri_to_uri",
    "rfc2822_date",
    "rfc3339_date",
]

_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


def _at_midnight(date: datetime.date) -> datetime.datetime:
    if isinstance(date, datetime.datetime):
        return date
    return datetime.datetime.combine(date, datetime.time())


def rfc2822_date(date: datetime.date) -> str:
    """`date` as RSS writes it; ``-0000`` is the zone of one that has none."""
    return email.utils.format_datetime(_at_midnight(date))


def rfc3339_date(date: datetime.date) -> str:
    """`date` as Atom writes it; one without a zone is taken to be in UTC."""
    moment = _at_midnight(date)
    return moment.isoformat() + ("Z" if moment.utcoffset() is None else "")


def get_tag_uri(url: str, date: datetime.date | None) -> str:
    """A TagURI (RFC 4151), by which an item is known for good."""
    parts = urlsplit(url)
    day = "" if date is None else f",{_at_midnight(date):%Y-%m-%d}"
    return f"tag:{parts.hostname}{day}:{parts.path}/{parts.fragment}"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _texts(values: Iterable[Any] | None) -> Any:
    return values and [str(value) for value in values]


class Stylesheet:
    """A style sheet for the feed; its type is guessed from the URL unless it is given (or None)."""

    def __init__(self, url: Any, mimetype: str | None = "", media: str | None = "screen") -> None:
        self._url = url
        self._mimetype = mimetype
        self.media = media

    @property
    def url(self) -> str:
        """The URL, as it may be sent. A lazy one is looked up no earlier than this."""
        url: str = iri_to_uri(self._url)
        return url

    @property
    def mimetype(self) -> str | None:
        """The type, None if it cannot be guessed."""
        if self._mimetype != "":
            return self._mimetype
        # What browsers know; machines disagree about this one.
        if self.url.lower().endswith((".xsl", ".xslt")):
            return "text/xsl"
        return mimetypes.guess_type(self.url)[0]

    def __str__(self) -> str:
        said = [("href", self.url), ("media", self.media), ("type", self.mimetype)]
        out = StringIO()
        xml = SimplerXMLGenerator(out, "utf-8")
        xml.startElement("x", {name: value for name, value in said if value is not None})
        return out.getvalue().removeprefix("<x ").removesuffix(">")

    def __repr__(self) -> str:
        return repr((self.url, self.mimetype, self.media))


class Enclosure:
    """A file that belongs to an item: its URL, its length in bytes (a string) and its type."""

    def __init__(self, url: str, length: str, mime_type: str) -> None:
        self.length, self.mime_type = length, mime_type
        self.url = iri_to_uri(url)


class SyndicationFeed:
    """What every kind of feed is made of; a subclass has `write`.

    Keywords beyond those named are kept in ``feed`` (and in the items), for the hooks.
    """

    def __init__(
        self,
        title: Any,
        link: Any,
        description: Any,
        language: Any = None,
        author_email: Any = None,
        author_name: Any = None,
        author_link: Any = None,
        subtitle: Any = None,
        categories: Iterable[Any] | None = None,
        feed_url: Any = None,
        feed_copyright: Any = None,
        feed_guid: Any = None,
        ttl: Any = None,
        stylesheets: Any = None,
        **kwargs: Any,
    ) -> None:
        if stylesheets is not None:
            if isinstance(stylesheets, (str, Stylesheet)):
                raise TypeError(f"stylesheets should be a list, not {type(stylesheets)}")
            stylesheets = [
                each if isinstance(each, Stylesheet) else Stylesheet(each) for each in stylesheets
            ]
        self.feed: dict[str, Any] = {
            "title": _text(title),
            "link": iri_to_uri(link),
            "description": _text(description),
            "language": _text(language),
            "author_email": _text(author_email),
            "author_name": _text(author_name),
            "author_link": iri_to_uri(author_link),
            "subtitle": _text(subtitle),
            "categories": _texts(categories) or (),
            "feed_url": iri_to_uri(feed_url),
            "feed_copyright": _text(feed_copyright),
            "id": feed_guid or link,
            "ttl": _text(ttl),
            "stylesheets": stylesheets,
            **kwargs,
        }
        self.items: list[dict[str, Any]] = []

    def add_item(
        self,
        title: Any,
        link: Any,
        description: Any,
        author_email: Any = None,
        author_name: Any = None,
        author_link: Any = None,
        pubdate: datetime.date | None = None,
        comments: Any = None,
        unique_id: Any = None,
        unique_id_is_permalink: bool | None = None,
        categories: Iterable[Any] | None = (),
        item_copyright: Any = None,
        ttl: Any = None,
        updateddate: datetime.date | None = None,
        enclosures: Any = None,
        **kwargs: Any,
    ) -> None:
        """Add an item; all but the dates, the enclosures and `unique_id_is_permalink` is text."""
        self.items.append(
            {
                "title": _text(title),
                "link": iri_to_uri(link),
                "description": _text(description),
                "author_email": _text(author_email),
                "author_name": _text(author_name),
                "author_link": iri_to_uri(author_link),
                "pubdate": pubdate,
                "updateddate": updateddate,
                "comments": _text(comments),
                "unique_id": _text(unique_id),
                "unique_id_is_permalink": unique_id_is_permalink,
                "enclosures": () if enclosures is None else enclosures,
                "categories": _texts(categories) or (),
                "item_copyright": _text(item_copyright),
                "ttl": _text(ttl),
                **kwargs,
            }
        )

    def num_items(self) -> int:
        """How many items there are."""
        return len(self.items)

    def root_attributes(self) -> dict[str, str]:
        """Attributes of the root element."""
        return {}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Write the elements of the feed itself."""

    def add_stylesheets(self, handler: SimplerXMLGenerator) -> None:
        """Write the style sheets, which come before the root element."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """Attributes of an item's element."""
        return {}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write the elements of an item."""

    def write(self, outfile: Any, encoding: str) -> None:
        """Write the feed to a file of text or of bytes."""
        raise NotImplementedError("subclasses of SyndicationFeed must provide a write() method")

    def writeString(self, encoding: str) -> str:
        """The feed as text."""
        out = StringIO()
        self.write(out, encoding)
        return out.getvalue()

    def latest_post_date(self) -> datetime.date:
        """The latest date of an item, published or updated; now, in UTC, if none has a date."""
        dates = [item[key] for item in self.items for key in ("updateddate", "pubdate")]
        return max(
            (date for date in dates if date is not None),
            default=datetime.datetime.now(tz=datetime.UTC),
        )


class RssFeed(SyndicationFeed):
    """What the versions of RSS have in common."""

    content_type = "application/rss+xml; charset=utf-8"
    _version: str

    def write(self, outfile: Any, encoding: str) -> None:
        handler = SimplerXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        self.add_stylesheets(handler)
        handler.startElement("rss", self.rss_attributes())
        handler.startElement("channel", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        self.endChannelElement(handler)
        handler.endElement("rss")

    def rss_attributes(self) -> dict[str, str]:
        """Attributes of the root element; `root_attributes` are those of the channel."""
        return {"version": self._version, "xmlns:atom": "http://www.w3.org/2005/Atom"}

    def write_items(self, handler: SimplerXMLGenerator) -> None:
        """Write the items."""
        for item in self.items:
            handler.startElement("item", self.item_attributes(item))
            self.add_item_elements(handler, item)
            handler.endElement("item")

    def endChannelElement(self, handler: SimplerXMLGenerator) -> None:
        """Write the end of the channel."""
        handler.endElement("channel")

    def add_stylesheets(self, handler: SimplerXMLGenerator) -> None:
        for stylesheet in self.feed["stylesheets"] or ():
            handler.processingInstruction("xml-stylesheet", str(stylesheet))

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        feed = self.feed
        for name in ("title", "link", "description"):
            handler.addQuickElement(name, feed[name])
        if feed["feed_url"] is not None:
            handler.addQuickElement("atom:link", None, {"rel": "self", "href": feed["feed_url"]})
        if feed["language"] is not None:
            handler.addQuickElement("language", feed["language"])
        for category in feed["categories"]:
            handler.addQuickElement("category", category)
        if feed["feed_copyright"] is not None:
            handler.addQuickElement("copyright", feed["feed_copyright"])
        handler.addQuickElement("lastBuildDate", rfc2822_date(self.latest_post_date()))
        if feed["ttl"] is not None:
            handler.addQuickElement("ttl", feed["ttl"])

    def _add_basics(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        handler.addQuickElement("title", item["title"])
        handler.addQuickElement("link", item["link"])
        if item["description"] is not None:
            handler.addQuickElement("description", item["description"])


class RssUserland091Feed(RssFeed):
    """RSS 0.91: titles, links and descriptions."""

    _version = "0.91"

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        self._add_basics(handler, item)


class Rss201rev2Feed(RssFeed):
    """RSS 2.0."""

    _version = "2.0"

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        self._add_basics(handler, item)
        self._add_author(handler, item)
        if item["pubdate"] is not None:
            handler.addQuickElement("pubDate", rfc2822_date(item["pubdate"]))
        if item["comments"] is not None:
            handler.addQuickElement("comments", item["comments"])
        if item["unique_id"] is not None:
            permanent = item.get("unique_id_is_permalink")
            said = {} if permanent is None else {"isPermaLink": str(permanent).lower()}
            handler.addQuickElement("guid", item["unique_id"], said)
        if item["ttl"] is not None:
            handler.addQuickElement("ttl", item["ttl"])
        self._add_enclosure(handler, item)
        for category in item["categories"]:
            handler.addQuickElement("category", category)

    def _add_author(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        address, name = item["author_email"], item["author_name"]
        if address:
            handler.addQuickElement("author", f"{address} ({name})" if name else address)
        elif name:
            # RSS has no element for an author without an address.
            handler.addQuickElement("dc:creator", name, {"xmlns:dc": _DUBLIN_CORE})

    def _add_enclosure(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        enclosures = list(item["enclosures"])
        if len(enclosures) > 1:
            raise ValueError(
                "RSS feed items may only have one enclosure, see "
                "http://www.rssboard.org/rss-profile#element-channel-item-enclosure"
            )
        for enclosure in enclosures:
            said = {"url": enclosure.url, "length": enclosure.length, "type": enclosure.mime_type}
            handler.addQuickElement("enclosure", "", said)


class Atom1Feed(SyndicationFeed):
    """Atom 1.0 (RFC 4287)."""

    content_type = "application/atom+xml; charset=utf-8"
    ns = "http://www.w3.org/2005/Atom"

    def write(self, outfile: Any, encoding: str) -> None:
        handler = SimplerXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")

    def root_attributes(self) -> dict[str, str]:
        language = self.feed["language"]
        if language is None:
            return {"xmlns": self.ns}
        return {"xmlns": self.ns, "xml:lang": language}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        feed = self.feed
        handler.addQuickElement("title", feed["title"])
        handler.addQuickElement("link", "", {"rel": "alternate", "href": feed["link"]})
        if feed["feed_url"] is not None:
            handler.addQuickElement("link", "", {"rel": "self", "href": feed["feed_url"]})
        handler.addQuickElement("id", feed["id"])
        handler.addQuickElement("updated", rfc3339_date(self.latest_post_date()))
        self._add_author(handler, feed)
        if feed["subtitle"] is not None:
            handler.addQuickElement("subtitle", feed["subtitle"])
        for category in feed["categories"]:
            handler.addQuickElement("category", "", {"term": category})
        if feed["feed_copyright"] is not None:
            handler.addQuickElement("rights", feed["feed_copyright"])

    def write_items(self, handler: SimplerXMLGenerator) -> None:
        """Write the items."""
        for item in self.items:
            handler.startElement("entry", self.item_attributes(item))
            self.add_item_elements(handler, item)
            handler.endElement("entry")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        handler.addQuickElement("title", item["title"])
        handler.addQuickElement("link", "", {"href": item["link"], "rel": "alternate"})
        for name, date in (("published", item["pubdate"]), ("updated", item["updateddate"])):
            if date is not None:
                handler.addQuickElement(name, rfc3339_date(date))
        self._add_author(handler, item)
        unique_id = item["unique_id"]
        if unique_id is None:
            unique_id = get_tag_uri(item["link"], item["pubdate"])
        handler.addQuickElement("id", unique_id)
        if item["description"] is not None:
            handler.addQuickElement("summary", item["description"], {"type": "html"})
        for enclosure in item["enclosures"]:
            said = {
                "rel": "enclosure",
                "href": enclosure.url,
                "length": enclosure.length,
                "type": enclosure.mime_type,
            }
            handler.addQuickElement("link", "", said)
        for category in item["categories"]:
            handler.addQuickElement("category", "", {"term": category})
        if item["item_copyright"] is not None:
            handler.addQuickElement("rights", item["item_copyright"])

    def _add_author(self, handler: SimplerXMLGenerator, of: dict[str, Any]) -> None:
        if of["author_name"] is None:
            return
        handler.startElement("author", {})
        handler.addQuickElement("name", of["author_name"])
        if of["author_email"] is not None:
            handler.addQuickElement("email", of["author_email"])
        if of["author_link"] is not None:
            handler.addQuickElement("uri", of["author_link"])
        handler.endElement("author")


# The kind that is meant when nobody says which.
DefaultFeed = Rss201rev2Feed
