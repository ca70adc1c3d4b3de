"""What is read may come from anywhere: it is refused, or read in proportion to its length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.dom import minidom, pulldom

import pytest

from vivace.core import serializers
from vivace.core.serializers.xml_serializer import (
    DefusedExpatParser,
    DTDForbidden,
    EntitiesForbidden,
    ExternalReferenceForbidden,
    getInnerText,
)
from vivace.serializers import xmltree

pytestmark = pytest.mark.usefixtures("names")


def read(text: str, form: str = "xml") -> list[Any]:
    return list(serializers.deserialize(form, text))


class OnlyEntities(DefusedExpatParser):
    """It lets document types pass, so that what is in them is met."""

    def reset(self) -> None:
        super().reset()
        vars(self)["_parser"].StartDoctypeDeclHandler = lambda *args: None


def read_by(parser: DefusedExpatParser, text: str) -> list[Any]:
    return list(pulldom.parseString(text, parser))


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">{}]><b>&j;</b>'.format(
    "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
)


def test_cve_2013_1664_entities_are_refused_before_they_grow() -> None:
    with pytest.raises(DTDForbidden, match="name='b'"):
        read(BOMB)
    with pytest.raises(EntitiesForbidden, match="name='a'"):
        read_by(OnlyEntities(), BOMB)
    with pytest.raises(EntitiesForbidden, match="name='p'"):
        read_by(OnlyEntities(), '<!DOCTYPE b [<!ENTITY % p "x">]><b/>')


@pytest.mark.parametrize(
    ("declared", "error"),
    [
        ('<!ENTITY x SYSTEM "file:///etc/passwd">', EntitiesForbidden),
        ('<!ENTITY x PUBLIC "p" "http://example.com/">', EntitiesForbidden),
        ('<!NOTATION n SYSTEM "s"><!ENTITY x SYSTEM "file" NDATA n>', EntitiesForbidden),
    ],
)
def test_cve_2013_1665_external_entities_are_refused(declared: str, error: type) -> None:
    text = f"<!DOCTYPE b [{declared}]><b>&x;</b>"
    with pytest.raises(DTDForbidden):
        read(text)
    with pytest.raises(error):
        read_by(OnlyEntities(), text)


def test_cve_2013_1665_references_to_other_documents_are_refused() -> None:
    parser = DefusedExpatParser()
    parser.reset()
    assert not parser.getFeature("http://xml.org/sax/features/external-general-entities")
    assert not parser.getFeature("http://xml.org/sax/features/external-parameter-entities")
    assert vars(parser)["_parser"].ExternalEntityRefHandler == parser.external_entity_ref_handler
    with pytest.raises(ExternalReferenceForbidden, match="system_id='s', public_id=p"):
        parser.external_entity_ref_handler("c", "b", "s", "p")


def nested(depth: int) -> str:
    inner = "<a>x" * depth + "</a>" * depth
    return f'<object model="gs_shop.tag" pk="1"><field name="name">{inner}</field></object>'


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """How many nodes are looked at, or parents looked up, while a text is read."""
    seen = 0
    below = xmltree._below
    looked_up = minidom._in_document  # type: ignore[attr-defined]

    def count_below(node: Any) -> Iterator[Any]:
        nonlocal seen
        for each in below(node):
            seen += 1
            yield each

    def count_parents(node: Any) -> Any:
        nonlocal seen
        parent = node
        while parent is not None:
            seen += 1
            parent = parent.parentNode
        return looked_up(node)

    monkeypatch.setattr(xmltree, "_below", count_below)
    monkeypatch.setattr(minidom, "_in_document", count_parents)

    def count(text: str) -> int:
        nonlocal seen
        seen = 0
        read(text)
        return seen

    return count


def test_cve_2025_64460_nested_text_is_read_in_proportion(counted: Callable[[str], int]) -> None:
    short, long = counted(nested(2_000)), counted(nested(8_000))
    assert short > 2_000
    assert long <= 4.1 * short


def test_cve_2025_64460_depth_needs_no_stack() -> None:
    assert read(nested(20_000))[0].object.name == "x" * 20_000


def test_cve_2025_64460_many_pieces_of_text_are_joined_once(
    counted: Callable[[str], int],
) -> None:
    def pieces(n: int) -> str:
        text = "<b>x</b>" * n
        return f'<object model="gs_shop.tag" pk="1"><field name="name">{text}</field></object>'

    assert read(pieces(5_000))[0].object.name == "x" * 5_000
    assert counted(pieces(8_000)) <= 4.1 * counted(pieces(2_000))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ('<field name="name">', "</field>"),
        ('<field name="name"><None/>', "</field>"),
        ('<object model="gs_shop.tag" pk="1">', "</object>"),
        ('<field name="name"><object><natural>', "</natural></object></field>"),
    ],
)
def test_cve_2025_64460_what_has_a_meaning_is_not_nested_without_end(start: str, end: str) -> None:
    def text(depth: int) -> str:
        return f'<object model="gs_shop.tag" pk="1">{start * depth}{end * depth}</object>'

    assert [each.object.pk for each in read(text(3))] == [1]
    with pytest.raises(serializers.base.DeserializationError, match="nested too deeply"):
        read(text(5_000))


def test_cve_2025_64460_keys_are_not_nested_without_end() -> None:
    def text(depth: int) -> str:
        keys = '<object pk="1">' * depth + "</object>" * depth
        return f'<object model="gs_shop.book" pk="1"><field name="tags">{keys}</field></object>'

    assert read(text(2))[0].m2m_data == {"tags": [1, 1]}
    with pytest.raises(serializers.base.DeserializationError, match="nested too deeply"):
        read(text(5_000))


def test_many_elements_beside_each_other_are_not_nested() -> None:
    keys = '<object pk="1"/>' * 100
    text = f'<object model="gs_shop.book" pk="1"><field name="tags">{keys}</field></object>'
    assert read(text)[0].m2m_data == {"tags": [1] * 100}


def test_what_is_expanded_is_a_proper_tree() -> None:
    stream = pulldom.parseString("<r><a>x<b>y</b>z</a><d/></r>")
    for event, node in stream:
        if event == pulldom.START_ELEMENT and node.tagName == "a":
            xmltree.expand(stream, node)
            break
    assert node.toxml() == "<a>x<b>y</b>z</a>"
    first, second, *_ = node.childNodes
    assert first.nextSibling is second
    assert second.previousSibling is first
    assert second.parentNode is node
    assert getInnerText(node) == "xyz"
    # What follows is left for who reads on.
    assert [each.tagName for event, each in stream if event == pulldom.START_ELEMENT] == ["d"]


@pytest.mark.parametrize(
    "text",
    [
        "- !!python/object/apply:os.system [exit 1]",
        "- !!python/name:os.system",
        "- &a [*a, *a]\n- !!python/tuple [1]",
    ],
)
def test_yaml_makes_plain_values_only(text: str) -> None:
    with pytest.raises(serializers.base.DeserializationError):
        read(text, "yaml")


@pytest.mark.parametrize("tag", ["apply:os.mkdir", "new:os.mkdir", "apply:builtins.open"])
def test_yaml_calls_nothing_that_a_text_names(tag: str, tmp_path: Path) -> None:
    made = tmp_path / "made"
    arguments = [str(made), "w"] if "open" in tag else [str(made)]
    with pytest.raises(serializers.base.DeserializationError) as caught:
        read(f"- !!python/object/{tag} {arguments}", "yaml")
    assert not made.exists()
    assert type(caught.value.__cause__).__name__ == "ConstructorError"


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_deeply_nested_json_is_an_error_of_what_is_read(form: str) -> None:
    with pytest.raises(serializers.base.DeserializationError):
        read("[" * 200_000, form)
