"""More packages of models and fields."""

from __future__ import annotations

from collections.abc import Callable

Project = Callable[..., None]


def test_treebeard(project: Project) -> None:
    project(
        """
        from treebeard.forms import movenodeform_factory
        import warnings

        warnings.simplefilter("ignore", DeprecationWarning)
        for kind in (Path, Near, Nested):
            root = kind.add_root(instance=kind(name="root"))
            get = lambda name: kind.objects.get(name=name)
            get("root").add_child(instance=kind(name="b"))
            get("root").add_child(instance=kind(name="a"))
            get("a").add_child(instance=kind(name="a1"))
            get("b").add_sibling(
                "sorted-sibling", instance=kind(name="c")
            ) if kind is not Near else get("root").add_child(instance=kind(name="c"))
            assert [n.name for n in get("root").get_descendants()] == (["a", "a1", "b", "c"]), (
                kind,
                [n.name for n in get("root").get_descendants()],
            )
            assert [n.name for n in get("a1").get_ancestors()] == ["root", "a"]
            assert (
                get("a1").get_depth(),
                get("root").get_children_count(),
                get("root").is_root(),
            ) == (3, 3, True)
            get("a1").move(get("c"), "sorted-child")
            assert get("a1").get_parent().name == "c" and get("a1").is_descendant_of(get("root"))
            assert [n.name for n in get("a").get_siblings()] == ["a", "b", "c"]
            bulk = kind.dump_bulk()
            assert bulk[0]["data"] == {"name": "root"} and len(bulk[0]["children"]) == 3, bulk
            form = movenodeform_factory(kind)
            data = {
                "name": "new",
                "treebeard_position": "sorted-child",
                "treebeard_ref_node": get("b").pk,
            }
            filled = form(data)
            assert filled.is_valid(), filled.errors
            filled.save()
            assert get("new").get_parent().name == "b"
            get("root").delete()
            assert kind.objects.count() == 0
            kind.load_bulk([{"data": {"name": "r"}, "children": [{"data": {"name": "s"}}]}])
            assert [(i["level"], o.name) for o, i in kind.get_annotated_list()] == [
                (0, "r"),
                (1, "s"),
            ]
            if kind is not Near:
                assert not any(map(bool, kind.find_problems())), list(kind.find_problems())
        """,
        "treebeard",
        models="""
        from treebeard.al_tree import AL_Node
        from treebeard.mp_tree import MP_Node
        from treebeard.ns_tree import NS_Node


        class Path(MP_Node):
            name = models.CharField(max_length=10)
            node_order_by = ["name"]


        class Nested(NS_Node):
            name = models.CharField(max_length=10)
            node_order_by = ["name"]


        class Near(AL_Node):
            name = models.CharField(max_length=10)
            parent = models.ForeignKey(
                "self", models.CASCADE, null=True, related_name="children_set", db_index=True
            )
            node_order_by = ["name"]
        """,
    )


def test_thumbnails_in_a_store(project: Project) -> None:
    project(
        """
        import io
        from PIL import Image
        from django.core.files.base import ContentFile
        from sorl.thumbnail import delete, get_thumbnail

        picture = io.BytesIO()
        Image.new("RGB", (80, 40), "red").save(picture, "PNG")
        photo = Photo.objects.create(image=ContentFile(picture.getvalue(), "one.png"))
        small = get_thumbnail(photo.image, "20x20", crop="center", quality=90)
        assert (small.width, small.height) == (20, 20) and small.url.startswith("/media/cache/"), (
            small.url
        )
        again = get_thumbnail(photo.image, "20x20", crop="center", quality=90)
        assert again.name == small.name
        shown = show(
            "{% load thumbnail %}{% thumbnail photo.image '10x10' as im %}{{ im.width "
            "}}x{{ im.height }}{% empty %}none{% endthumbnail %} {{ "
            "photo.image|is_portrait }}",
            photo=photo,
        )
        assert shown == "10x5 False", shown
        from sorl.thumbnail.models import KVStore

        assert KVStore.objects.count() >= 3
        call_command("thumbnail", "cleanup", verbosity=0)
        delete(photo.image)
        import os

        assert not os.path.exists(photo.image.path)
        """,
        "sorl.thumbnail",
        models="""
        from sorl.thumbnail import ImageField


        class Photo(models.Model):
            image = ImageField(upload_to="photos")
        """,
        MEDIA_URL="/media/",
    )


def test_typed_models_and_enums(project: Project) -> None:
    project(
        """
        from django.core.exceptions import ValidationError
        from django import forms

        Canine.objects.create(name="Rex")
        Feline.objects.create(name="Tom", mice=2)
        assert [type(a).__name__ for a in Animal.objects.order_by("name")] == ["Canine", "Feline"]
        assert [a.say() for a in Animal.objects.order_by("name")] == ["woof", "miaow"]
        assert (
            Feline.objects.count() == 1 and Animal.objects.get(name="Rex").type == "shelf.canine"
        )
        animal = Animal.objects.get(name="Rex")
        animal.recast(Feline)
        animal.save()
        assert type(Animal.objects.get(name="Rex")) is Feline
        assert Feline.objects.filter(mice=2).get().name == "Tom"

        kept = Kept.objects.create(suit=Suit.HEARTS, level=Level.HIGH, perms=Perms.R | Perms.W)
        kept = Kept.objects.get()
        assert (
            kept.suit is Suit.HEARTS
            and kept.level is Level.HIGH
            and kept.perms == Perms.R | Perms.W
        )
        assert Kept.objects.filter(suit="H").count() == 1
        assert Kept.objects.filter(perms__has_any=Perms.R).count() == 1
        assert Kept.objects.filter(perms__has_all=Perms.X).count() == 0
        assert kept.get_suit_display() == "Suit.HEARTS", kept.get_suit_display()
        kept.suit = "nope"
        raises(ValidationError, kept.full_clean)
        Form = forms.modelform_factory(Kept, fields=["suit", "level"])
        from django_enum.forms import EnumChoiceField

        form = Form({"suit": "C", "level": "1"})
        assert form.is_valid() and form.cleaned_data == {"suit": Suit.CLUBS, "level": Level.LOW}, (
            form.errors
        )
        assert set(Form({"suit": "x", "level": "9"}).errors) == {"suit", "level"}
        assert '<option value="H">HEARTS</option>' in str(Form()["suit"]), str(Form()["suit"])
        """,
        "typedmodels",
        "django_enum",
        models="""
        from enum import Enum, IntEnum, IntFlag
        from django_enum import EnumField
        from typedmodels.models import TypedModel


        class Animal(TypedModel):
            name = models.CharField(max_length=10)

            def say(self):
                return "..."


        class Canine(Animal):
            def say(self):
                return "woof"


        class Feline(Animal):
            mice = models.IntegerField(null=True)

            def say(self):
                return "miaow"


        class Suit(Enum):
            CLUBS = "C"
            HEARTS = "H"


        class Level(IntEnum):
            LOW = 1
            HIGH = 2


        class Perms(IntFlag):
            R = 1
            W = 2
            X = 4


        class Kept(models.Model):
            suit = EnumField(Suit)
            level = EnumField(Level, default=Level.LOW)
            perms = EnumField(Perms, null=True, default=None)
        """,
    )


def test_localflavor(project: Project) -> None:
    project(
        """
        from django import forms
        from django.core.exceptions import ValidationError
        from django.utils import translation
        from localflavor.de.forms import DEZipCodeField
        from localflavor.ch.forms import CHSocialSecurityNumberField, CHStateSelect
        from localflavor.generic.forms import IBANFormField, BICFormField
        from localflavor.us.forms import USStateSelect, USZipCodeField

        assert "Enter a zip code in the format XXXXX." in raises(
            ValidationError, DEZipCodeField().clean, "12"
        )
        assert CHSocialSecurityNumberField().clean("756.1234.5678.97") == "756.1234.5678.97"
        assert IBANFormField().clean("CH93 0076 2011 6238 5295 7") == "CH9300762011623852957"
        assert raises(ValidationError, IBANFormField().clean, "CH93 0076 2011 6238 5295 8")
        place = Place(state="ZZ", iban="x", zip="1")
        try:
            place.full_clean()
        except ValidationError as error:
            assert set(error.message_dict) == {"state", "iban"}, error.message_dict
        Form = forms.modelform_factory(Place, fields="__all__")
        form = Form({"state": "CA", "iban": "CH9300762011623852957", "zip": "90210-1234"})
        assert form.is_valid(), form.errors
        assert form.save().get_state_display() == "California"
        assert '<option value="CA">California</option>' in str(Form()["state"])
        with translation.override("de"):
            assert "Zürich" in str(CHStateSelect().render("x", "ZH"))
        """,
        "localflavor",
        models="""
        from localflavor.generic.models import IBANField
        from localflavor.us.models import USStateField, USZipCodeField


        class Place(models.Model):
            state = USStateField()
            iban = IBANField()
            zip = USZipCodeField()
        """,
    )


def test_captchas(project: Project) -> None:
    project(
        """
        import re, json
        from captcha.models import CaptchaStore

        page = Client().get("/").content.decode()
        assert 'name="captcha_0"' in page and 'name="captcha_1"' in page, page
        key = CaptchaStore.objects.get().hashkey
        picture = Client().get(f"/captcha/image/{key}/")
        assert picture.status_code == 200 and picture.headers["Content-Type"] == "image/png", (
            picture.headers
        )
        good = CaptchaStore.objects.get().response
        assert Client().post("/", {"captcha_0": key, "captcha_1": "no"}).content != b"yes"
        key = CaptchaStore.generate_key()
        store = CaptchaStore.objects.get(hashkey=key)
        assert (
            Client().post("/", {"captcha_0": key, "captcha_1": store.response}).content == b"yes"
        )
        fresh = Client().get("/captcha/refresh/", headers={"x-requested-with": "XMLHttpRequest"})
        assert set(json.loads(fresh.content)) == {"key", "image_url", "audio_url"}
        from datetime import timedelta
        from django.utils import timezone

        CaptchaStore.objects.update(expiration=timezone.now() - timedelta(1))
        call_command("captcha_clean", verbosity=0)
        assert CaptchaStore.objects.count() == 0
        """,
        "captcha",
        files={
            "shelf/urls.py": """
                from captcha.fields import CaptchaField
                from django import forms
                from django.http import HttpResponse
                from django.urls import include, path


                class Asked(forms.Form):
                    captcha = CaptchaField()


                def index(request):
                    form = Asked(request.POST or None)
                    return HttpResponse("yes" if form.is_valid() else str(form))


                urlpatterns = [path("", index), path("captcha/", include("captcha.urls"))]
                """,
        },
    )


def test_nodes_of_trees(project: Project) -> None:
    project(
        """
        root = Cat.objects.create(name="root")
        a = Cat.objects.create(name="a", tn_parent=root)
        b = Cat.objects.create(name="b", tn_parent=a)
        assert [c.name for c in root.get_descendants()] == ["a", "b"]
        assert [c.name for c in b.get_ancestors()] == ["root", "a"]
        assert [c.name for c in root.get_children()] == ["a"] and b.is_leaf()
        """,
        "treenode",
        models="""
        from treenode.models import TreeNodeModel


        class Cat(TreeNodeModel):
            name = models.CharField(max_length=5)
            treenode_display_field = "name"

            class Meta(TreeNodeModel.Meta):
                pass
        """,
    )


def test_soft_delete(project: Project) -> None:
    project(
        """
        a = Note.objects.create(name="a")
        Part.objects.create(note=a)
        a.delete()
        assert (
            Note.objects.count(),
            Note.global_objects.count(),
            Note.deleted_objects.count(),
            Part.objects.count(),
        ) == (0, 1, 1, 0)
        Note.deleted_objects.get().restore()
        assert Note.objects.count() == 1 and Part.objects.count() == 1
        Note.objects.all().delete()
        assert Note.deleted_objects.count() == 1
        Note.deleted_objects.get().hard_delete()
        assert Note.global_objects.count() == 0
        """,
        models="""
        from django_softdelete.models import SoftDeleteModel


        class Note(SoftDeleteModel):
            name = models.CharField(max_length=5)


        class Part(SoftDeleteModel):
            note = models.ForeignKey(Note, models.CASCADE, related_name="parts")
        """,
    )


def test_computed_fields(project: Project) -> None:
    project(
        """
        from computedfields.models import update_dependent

        a = Author.objects.create(name="ann")
        b = Book.objects.create(title="t", author=a)
        assert (a.upper, b.label) == ("ANN", "t by ANN")
        a.name = "bo"
        a.save()
        b.refresh_from_db()
        assert b.label == "t by BO"
        Author.objects.filter(pk=a.pk).update(name="cy")
        update_dependent(Author.objects.all())
        b.refresh_from_db()
        a.refresh_from_db()
        assert (a.upper, b.label) == ("CY", "t by CY"), (a.upper, b.label)
        Book.objects.create(title="u", author=a)
        a.refresh_from_db()
        assert a.books_count == 2
        call_command("checkdata", verbosity=0)
        """,
        "computedfields",
        models="""
        from computedfields.models import ComputedFieldsModel, computed


        class Author(ComputedFieldsModel):
            name = models.CharField(max_length=5)

            @computed(models.CharField(max_length=5), depends=[("self", ["name"])])
            def upper(self):
                return self.name.upper()

            @computed(models.IntegerField(default=0), depends=[("books", ["author"])])
            def books_count(self):
                return self.books.count() if self.pk else 0


        class Book(ComputedFieldsModel):
            title = models.CharField(max_length=5)
            author = models.ForeignKey(Author, models.CASCADE, related_name="books")

            @computed(
                models.CharField(max_length=20),
                depends=[("self", ["title"]), ("author", ["upper"])],
            )
            def label(self):
                return f"{self.title} by {self.author.upper}"
        """,
    )


def test_rows_for_tests(project: Project) -> None:
    project(
        """
        from ddf import G, N, F, M

        book = G(Book, title="x", author__name="ann")
        assert (book.title, book.author.name, Book.objects.count()) == ("x", "ann", 1)
        assert N(Book).pk is None
        many = G(Book, n=3)
        assert len(many) == 3 and len({b.slug for b in many}) == 3
        with_tags = G(Book, tags=2)
        assert with_tags.tags.count() == 2
        assert G(Book, author=F(name="bo")).author.name == "bo"
        """,
        models="""
        class Author(models.Model):
            name = models.CharField(max_length=5)


        class Tag(models.Model):
            word = models.CharField(max_length=10, unique=True)


        class Book(models.Model):
            title = models.CharField(max_length=5)
            slug = models.SlugField(unique=True)
            day = models.DateField()
            price = models.DecimalField(max_digits=5, decimal_places=2)
            author = models.ForeignKey(Author, models.CASCADE)
            tags = models.ManyToManyField(Tag)
        """,
    )
