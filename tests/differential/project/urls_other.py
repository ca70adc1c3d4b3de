"""The URLconf that a middleware may choose."""

from django.urls import path

from . import views

urlpatterns = [
    path("echo/", views.echo, {"other": True}, name="echo"),
    path("only-here/", views.echo, name="only-here"),
    path("reverse/", views.reversed_path),
]
