"""Fields where no recorded answer serves: files on disk, images, warnings, languages, settings."""

from __future__ import annotations

import copy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from vivace import forms
from vivace.core.exceptions import ValidationError
from vivace.core.files.uploadedfile import SimpleUploadedFile
from vivace.test.utils import override_settings
from vivace.utils import translation
from vivace.utils.deprecation import RemovedInDjango60Warning

Image = pytest.importorskip("PIL.Image")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "b.py").write_text("")
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "sub" / "__pycache__").mkdir(parents=True)
    (tmp_path / "sub" / "c.py").write_text("")
    return tmp_path


def labels(tree: Path, **options: Any) -> list[str]:
    field = forms.FilePathField(str(tree), **options)
    assert field.choices == field.widget.choices
    return [label for _path, label in field.choices]


def test_paths_of_files(tree: Path) -> None:
    assert labels(tree) == ["a.txt", "b.py"]
    assert labels(tree, required=False) == ["---------", "a.txt", "b.py"]
    assert labels(tree, match=r"\.py$") == ["b.py"]
    assert labels(tree, allow_files=False, allow_folders=True) == ["sub"]
    assert labels(tree, recursive=True) == ["/a.txt", "/b.py", "/sub/c.py"]
    assert labels(tree, recursive=True, allow_folders=True) == [
        *("/a.txt", "/b.py", "/sub", "/sub/c.py"),
    ]
    assert forms.FilePathField(str(tree)).clean(str(tree / "b.py")) == str(tree / "b.py")
    with pytest.raises(ValidationError):
        forms.FilePathField(str(tree), match="txt").clean(str(tree / "b.py"))


def test_image_keeps_what_was_found_and_can_be_read_again() -> None:
    buffer = BytesIO()
    Image.new("RGB", (3, 2)).save(buffer, "PNG")
    cleaned = forms.ImageField().clean(SimpleUploadedFile("a.png", buffer.getvalue(), "text/plain"))
    assert cleaned.image.size == (3, 2)
    assert cleaned.content_type == "image/png"
    assert cleaned.read() == buffer.getvalue()


def test_url_without_a_scheme_warns_until_the_project_chooses() -> None:
    with pytest.warns(RemovedInDjango60Warning, match="default scheme will be changed") as caught:
        assert forms.URLField().clean("e.com") == "http://e.com"
    assert caught[0].filename == __file__
    override = override_settings(FORMS_URLFIELD_ASSUME_HTTPS=True)
    with pytest.warns(RemovedInDjango60Warning, match="transitional setting"):
        override.enable()
    try:
        assert forms.URLField().clean("e.com") == "https://e.com"
    finally:
        override.disable()


def test_messages_and_labels_follow_the_language() -> None:
    class Form(forms.Form):
        day = forms.DateField(label=translation.gettext_lazy("Monday"))

    with translation.override("de"):
        form = Form({})
        assert "Montag" in form.as_p()
    message = forms.Field().error_messages["required"]
    assert not isinstance(message, str)


def test_numbers_are_read_in_the_format_of_the_language() -> None:
    field = forms.FloatField(localize=True)
    with translation.override("de"):
        assert field.clean("1234,5") == 1234.5
        assert field.widget.render("n", 1234.5) == '<input type="text" name="n" value="1234,5">'
        with override_settings(USE_THOUSAND_SEPARATOR=True):
            assert field.clean("1.234,5") == 1234.5
    with pytest.raises(ValidationError):
        forms.FloatField().clean("1.234,5")


def test_attributes_are_never_grouped() -> None:
    with override_settings(USE_THOUSAND_SEPARATOR=True), translation.override("de"):
        html = forms.NumberInput({"max": 10000}).render("n", 20000)
    assert html == '<input type="number" name="n" value="20000" max="10000">'


def test_a_copy_shares_nothing_that_changes() -> None:
    field = forms.ChoiceField(choices=[("a", "A")], error_messages={"required": "X"})
    twin = copy.deepcopy(field)
    twin.choices = [("b", "B")]
    twin.widget.attrs["x"] = 1
    twin.error_messages["required"] = "Y"
    twin.validators.append(len)
    assert field.choices == field.widget.choices == [("a", "A")]
    assert (field.widget.attrs, field.error_messages["required"]) == ({}, "X")
    assert field.validators == []


def test_forms_have_fields_of_their_own() -> None:
    class Form(forms.Form):
        a = forms.CharField()

    form = Form()
    form.fields["a"].required = False
    del form.fields["a"]
    assert list(Form().fields) == ["a"]
    assert Form().fields["a"].required
    assert Form.base_fields is Form.declared_fields
    assert not hasattr(Form, "a")


def test_functions_of_choices_are_asked_each_time() -> None:
    asked: list[int] = []

    def choices() -> list[tuple[int, str]]:
        asked.append(1)
        return [(len(asked), "n")]

    field = forms.ChoiceField(choices=choices)
    assert asked == []
    assert list(field.choices) == [(1, "n")]
    assert list(copy.deepcopy(field).widget.choices) == [(2, "n")]


def test_mixins_and_bases_give_their_fields() -> None:
    class First(forms.Form):
        a = forms.CharField()
        b = forms.CharField()

    class Second(forms.Form):
        b = forms.IntegerField()
        c = forms.CharField()

    class Both(First, Second):
        d = forms.CharField()
        a = None  # type: ignore[assignment]

    assert list(Both.base_fields) == ["b", "c", "d"]
    assert type(Both.base_fields["b"]) is forms.CharField
    with pytest.raises(AttributeError, match="no attribute 'none'"):
        _ = forms.none  # type: ignore[attr-defined]
