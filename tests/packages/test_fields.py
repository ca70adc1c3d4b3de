"""Packages of fields: what they store, clean and show."""

from __future__ import annotations

from collections.abc import Callable

Project = Callable[..., None]


def test_model_utils(project: Project) -> None:
    project(
        """
        from django.core.exceptions import ValidationError

        post = Post.objects.create(title="a")
        assert (post.status, str(post.body.excerpt)) == ("draft", "")
        changed = post.status_changed
        post.status = "published"
        assert post.tracker.changed() == {"status": "draft"}
        post.save()
        assert post.status_changed > changed and post.modified > post.created
        assert not post.tracker.has_changed("status")
        assert Post.published.count() == 1 and Post.draft.count() == 0
        assert Post.STATUS["published"] == "is out"
        assert "is not a valid choice" in raises(
            ValidationError, Post(title="b", status="gone").full_clean
        )
        post.body = "first\\n\\n<!-- split -->\\n\\nsecond"
        post.save()
        post = Post.objects.get()
        assert (post.body.excerpt.strip(), post.body.has_more) == ("first", True)
        assert len(post.key) == 20 and post.uid.version == 4

        Place.objects.create(name="p")
        Bar.objects.create(name="b", taps=3)
        Cafe.objects.create(name="c", cups=9)
        found = Place.objects.select_subclasses().order_by("name")
        assert [type(each).__name__ for each in found] == ["Bar", "Cafe", "Place"]
        only = Place.objects.select_subclasses(Bar).order_by("name")
        assert [type(each).__name__ for each in only] == ["Bar", "Place", "Place"]
        assert Place.objects.get_subclass(name="c").cups == 9
        Soft.available_objects.create(name="s").delete()
        assert (Soft.available_objects.count(), Soft.all_objects.count()) == (0, 1)
        """,
        models="""
        from model_utils import Choices, FieldTracker
        from model_utils.fields import MonitorField, SplitField, UrlsafeTokenField, UUIDField
        from model_utils.managers import InheritanceManager
        from model_utils.models import SoftDeletableModel, StatusModel, TimeStampedModel

        class Post(TimeStampedModel, StatusModel):
            STATUS = Choices("draft", ("published", "is out"))
            title = models.CharField(max_length=20)
            body = SplitField(default="", blank=True)
            key = UrlsafeTokenField(editable=False, max_length=20)
            uid = UUIDField(primary_key=False)
            tracker = FieldTracker(fields=["title", "status"])

        class Place(models.Model):
            name = models.CharField(max_length=20)
            objects = InheritanceManager()

        class Bar(Place):
            taps = models.IntegerField()

        class Cafe(Place):
            cups = models.IntegerField()

        class Soft(SoftDeletableModel):
            name = models.CharField(max_length=20)
        """,
    )


def test_phone_numbers_time_zones_colours_and_pickles(project: Project) -> None:
    project(
        """
        from zoneinfo import ZoneInfo
        from django import forms
        from django.core.exceptions import ValidationError

        person = Person.objects.create(
            phone="+41446681800", zone="Europe/Zurich", colour="#FF0000", odd={"a": {1, 2}}
        )
        person = Person.objects.get(phone="+41 44 668 18 00")
        assert person.phone.as_international == "+41 44 668 18 00"
        assert person.phone.is_valid() and person.zone == ZoneInfo("Europe/Zurich")
        assert person.odd == {"a": {1, 2}}
        assert Person.objects.filter(zone="Europe/Zurich").count() == 1

        class PersonForm(forms.ModelForm):
            class Meta:
                model = Person
                fields = ["phone", "zone", "colour"]

        data = {"phone": "044 668 18 00", "zone": "UTC", "colour": "#12345G"}
        form = PersonForm(data)
        assert form.errors == {"colour": ["Enter a valid hex color, eg. #000000"]}, form.errors
        form = PersonForm({**data, "colour": "#123456"})
        assert form.save().phone.as_e164 == "+41446681800"
        assert 'type="tel"' in str(form["phone"]) and "data-coloris" in str(form["colour"])
        assert form["zone"].value() == "UTC"
        bad = PersonForm({**data, "phone": "12", "zone": "Mars/Base", "colour": "#123456"})
        assert set(bad.errors) == {"phone", "zone"}, bad.errors
        """,
        "phonenumber_field",
        "timezone_field",
        "colorfield",
        models="""
        from colorfield.fields import ColorField
        from phonenumber_field.modelfields import PhoneNumberField
        from picklefield.fields import PickledObjectField
        from timezone_field import TimeZoneField

        class Person(models.Model):
            phone = PhoneNumberField(region="CH")
            zone = TimeZoneField(default="UTC")
            colour = ColorField(default="#00FF00")
            odd = PickledObjectField(null=True)
        """,
        PHONENUMBER_DEFAULT_REGION="CH",
    )


def test_json_choices_and_slugs(project: Project) -> None:
    project(
        """
        from django import forms

        kept = Kept.objects.create(data={"a": [1]}, suit=Suit.HEARTS, title="Kind of Blue")
        again = Kept.objects.create(title="Kind of Blue")
        kept = Kept.objects.get(suit=Suit.HEARTS)
        assert kept.data == {"a": [1]} and kept.suit is Suit.HEARTS
        assert (kept.slug, again.slug) == ("kind-of-blue", "kind-of-blue-2")
        assert again.suit is Suit.CLUBS
        assert kept.get_suit_display() == "Hearts!"
        form = forms.modelform_factory(Kept, fields=["suit", "data"])({"suit": "x", "data": "{"})
        assert set(form.errors) == {"suit", "data"}, form.errors
        """,
        models="""
        from autoslug import AutoSlugField
        from django_choices_field import TextChoicesField
        from jsonfield import JSONField

        class Suit(models.TextChoices):
            CLUBS = "C", "Clubs"
            HEARTS = "H", "Hearts!"

        class Kept(models.Model):
            data = JSONField(default=dict)
            suit = TextChoicesField(choices_enum=Suit, default=Suit.CLUBS)
            title = models.CharField(max_length=40)
            slug = AutoSlugField(populate_from="title", unique=True)
        """,
    )


def test_several_choices_in_a_column(project: Project) -> None:
    project(
        """
        from django import forms

        Book.objects.create(tags=["k1", "k2"])
        book = Book.objects.get()
        assert (list(book.tags), book.get_tags_display()) == (["k1", "k2"], "One, Two")
        assert Book.objects.filter(tags="k1,k2").count() == 1
        assert Book.objects.filter(tags__contains="k2").count() == 1
        form = forms.modelform_factory(Book, fields=["tags"])
        assert form({"tags": ["k3"]}).save().tags == ["k3"]
        assert "a maximum of 2 choices" in str(form({"tags": ["k1", "k2", "k3"]}).errors)
        assert "Select a valid choice" in str(form({"tags": ["zz"]}).errors)
        assert str(form(instance=book)["tags"]).count("checked") == 2
        """,
        "multiselectfield",
        models="""
        from multiselectfield import MultiSelectField

        class Book(models.Model):
            tags = MultiSelectField(
                choices=[("k1", "One"), ("k2", "Two"), ("k3", "Three")],
                max_length=20, max_choices=2, null=True,
            )
        """,
    )
