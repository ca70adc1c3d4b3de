"""Fields of files and images, over a storage in a temporary directory."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from vivace.apps.registry import Apps
from vivace.core.exceptions import FieldError, SuspiciousFileOperation
from vivace.core.files.base import ContentFile
from vivace.core.files.images import ImageFile
from vivace.core.files.storage import FileSystemStorage
from vivace.db import models
from vivace.db.models.fields.files import FieldFile, ImageFieldFile


@pytest.fixture
def storage(tmp_path: Path) -> FileSystemStorage:
    return FileSystemStorage(location=str(tmp_path), base_url="/media/")


Maker = Callable[..., Any]


@pytest.fixture
def model(storage: FileSystemStorage) -> Maker:
    """Make a model with the fields given, of a registry of its own; saving it does nothing."""

    def make(**fields: Any) -> Any:
        class Meta:
            app_label = "files"
            apps = Apps()

        def save(self: Any) -> None:
            for field in self._meta.concrete_fields:
                field.pre_save(self, True)
            self.saved = getattr(self, "saved", 0) + 1

        body = {"__module__": __name__, "Meta": Meta, "save": save, **fields}
        return type(models.Model)("Document", (models.Model,), body)

    return make


def picture(width: int, height: int, name: str = "a.png") -> ImageFile:
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, "PNG")
    content.seek(0)
    return ImageFile(content, name=name)


def test_without_a_name_there_is_no_file(model: Maker, storage: FileSystemStorage) -> None:
    document = model(file=models.FileField(storage=storage))()
    assert not document.file
    assert isinstance(document.file, FieldFile)
    assert document.file == ""
    for attribute in ("path", "url", "size", "file"):
        with pytest.raises(
            ValueError, match=r"The 'file' attribute has no file associated with it\."
        ):
            getattr(document.file, attribute)
    with pytest.raises(ValueError, match="has no file associated"):
        document.file.open()


def test_saving_stores_the_content_and_then_the_instance(
    model: Maker, storage: FileSystemStorage, tmp_path: Path
) -> None:
    document = model(file=models.FileField(upload_to="papers", storage=storage))()
    document.file.save("the plan.txt", ContentFile(b"read me"))
    assert document.file.name == "papers/the_plan.txt"
    assert document.file.url == "/media/papers/the_plan.txt"
    assert document.file.path == str(tmp_path / "papers" / "the_plan.txt")
    assert document.file.size == 7
    assert document.saved == 1
    assert Path(document.file.path).read_bytes() == b"read me"


def test_a_file_is_opened_when_it_is_read_and_closed_when_it_is_deleted(
    model: Maker, storage: FileSystemStorage
) -> None:
    document = model(file=models.FileField(storage=storage))()
    document.file.save("a.txt", ContentFile(b"abc"), save=False)
    assert document.file.closed
    with document.file.open() as file:
        assert file.read() == b"abc"
    assert document.file.closed
    document.file.close()
    name = document.file.name
    document.file.delete(save=False)
    assert not storage.exists(name)
    assert not document.file
    document.file.delete()
    assert not hasattr(document, "saved")


def test_content_that_is_assigned_is_stored_by_saving(
    model: Maker, storage: FileSystemStorage
) -> None:
    document = model(file=models.FileField(storage=storage))(file=ContentFile(b"new", name="n.txt"))
    assert not document.file._committed
    assert document.file.size == 3
    document.save()
    assert document.file._committed
    assert Path(document.file.path).read_bytes() == b"new"


def test_content_without_a_name_cannot_be_stored(model: Maker, storage: FileSystemStorage) -> None:
    document = model(file=models.FileField(storage=storage))(file=ContentFile(b"new"))
    with pytest.raises(FieldError, match="File for file must have the name attribute") as caught:
        document.save()
    assert caught.value.__notes__ == ["Pass a 'name' argument to ContentFile."]


def test_upload_to_takes_dates_and_callables(model: Maker, storage: FileSystemStorage) -> None:
    def place(instance: Any, filename: str) -> str:
        return f"{instance.owner}/{filename}"

    made = model(
        owner=models.CharField(max_length=10),
        dated=models.FileField(upload_to="year/%Y", storage=storage),
        placed=models.FileField(upload_to=place, storage=storage),
    )
    document = made(owner="me")
    fields = made._meta
    assert fields.get_field("placed").generate_filename(document, "a b.txt") == "me/a_b.txt"
    dated = fields.get_field("dated").generate_filename(document, "a.txt")
    assert dated.startswith("year/2")
    assert dated.endswith("/a.txt")


@pytest.mark.parametrize("name", ["../secret.txt", "a/../../secret.txt", "/etc/passwd", ".", ".."])
def test_cve_2021_31542_uploads_stay_below_the_storage(
    model: Maker, storage: FileSystemStorage, name: str
) -> None:
    made = model(file=models.FileField(upload_to=lambda instance, name: name, storage=storage))
    with pytest.raises(SuspiciousFileOperation):
        made._meta.get_field("file").generate_filename(made(), name)


@pytest.mark.parametrize("name", ["../a.txt", "b/../a.txt"])
def test_cve_2021_45452_names_with_steps_up_are_refused(
    model: Maker, storage: FileSystemStorage, name: str
) -> None:
    made = model(file=models.FileField(upload_to="up", storage=storage))
    with pytest.raises(SuspiciousFileOperation):
        made().file.save(name, ContentFile(b"x"))


def test_the_descriptor_keeps_files_with_their_instance(
    model: Maker, storage: FileSystemStorage
) -> None:
    made = model(file=models.FileField(storage=storage))
    one, other = made(), made()
    one.file.save("a.txt", ContentFile(b"a"), save=False)
    other.file = one.file
    assert other.file.instance is other
    assert made.file.field is made._meta.get_field("file")
    assert "file" not in made().get_deferred_fields()


def test_equal_files_have_one_name(model: Maker, storage: FileSystemStorage) -> None:
    made = model(file=models.FileField(storage=storage))
    assert made(file="a.txt").file == made(file="a.txt").file
    assert made(file="a.txt").file == "a.txt"
    assert hash(made(file="a.txt").file) == hash("a.txt")
    assert made(file="a.txt").file != made(file="b.txt").file


def test_a_pickled_file_knows_its_name_only(model: Maker, storage: FileSystemStorage) -> None:
    made = model(file=models.FileField(storage=storage))
    state = made(file="a.txt").file.__getstate__()
    assert state["name"] == "a.txt"
    assert state["_file"] is None
    new = FieldFile.__new__(FieldFile)
    new.__setstate__(state)
    assert new.storage is storage
    assert pickle.loads(pickle.dumps(models.FileField(upload_to="x"))).upload_to == "x"


def test_a_callable_storage_is_called_and_remembered(storage: FileSystemStorage) -> None:
    def chosen() -> FileSystemStorage:
        return storage

    field = models.FileField(storage=chosen)
    assert field.storage is storage
    assert field.deconstruct()[3]["storage"] is chosen
    assert "storage" not in models.FileField().deconstruct()[3]
    with pytest.raises(TypeError, match=r"FileField.storage must be a subclass/instance of"):
        models.FileField(storage=dict)


def test_form_data_none_keeps_and_false_clears(model: Maker, storage: FileSystemStorage) -> None:
    made = model(file=models.FileField(storage=storage))
    document = made(file="a.txt")
    field = made._meta.get_field("file")
    field.save_form_data(document, None)
    assert document.file.name == "a.txt"
    field.save_form_data(document, False)
    assert document.file.name == ""
    field.save_form_data(document, "b.txt")
    assert document.file.name == "b.txt"


def test_methods_that_change_data_say_so() -> None:
    for method in (FieldFile.save, FieldFile.delete, FieldFile.open, ImageFieldFile.delete):
        assert method.alters_data is True


def pictured(model: Maker, storage: FileSystemStorage) -> Any:
    return model(
        image=models.ImageField(
            storage=storage, width_field="width", height_field="height", blank=True
        ),
        width=models.IntegerField(null=True),
        height=models.IntegerField(null=True),
    )


def test_dimensions_follow_the_image(model: Maker, storage: FileSystemStorage) -> None:
    made = pictured(model, storage)
    document = made(image=picture(4, 3))
    assert (document.width, document.height) == (4, 3)
    document.image = picture(8, 6)
    assert (document.width, document.height) == (8, 6)
    document.image = None
    assert (document.width, document.height) == (None, None)


def test_dimensions_are_set_by_saving_and_deleting(
    model: Maker, storage: FileSystemStorage
) -> None:
    document = pictured(model, storage)()
    assert document.width is None
    document.image.save("a.png", picture(4, 3))
    assert (document.width, document.height) == (4, 3)
    assert (document.image.width, document.image.height) == (4, 3)
    assert document.image.name == "a.png"
    document.image.delete(save=False)
    assert (document.width, document.height) == (None, None)


def test_stored_dimensions_are_not_read_again(model: Maker, storage: FileSystemStorage) -> None:
    # The file is not even there.
    document = pictured(model, storage)(image="gone.png", width=4, height=3)
    assert (document.width, document.height) == (4, 3)
