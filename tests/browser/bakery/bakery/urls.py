"""Many routes, so that there is something to look through."""

from __future__ import annotations

from bakery import views
from vivace.urls import include, path, re_path

ROOMS = ["counter", "cellar", "attic", "yard", "office", "kitchen", "stable"]

room = [
    path("", views.window, name="room"),
    path("shelves/<int:number>/", views.window, name="shelf"),
    path("shelves/<int:number>/loaves/<slug:name>/", views.window, name="loaf"),
    path("people/<uuid:person>/", views.window, name="person"),
    re_path(r"^keys/(?P<code>[0-9]{4})/(?P<door>north|south|east|west)/$", views.window),
]

urlpatterns = [
    path("", views.window, name="window"),
    path("order/", views.order, name="order"),
    path("cake/", views.cake, name="cake"),
    path("tart/", views.tart, name="tart"),
    path("everything/", views.everything, name="everything"),
    path("leftovers/", views.leftovers, name="leftovers"),
    path("smoke/", views.smoke, name="smoke"),
    path("typo/", views.typo, name="typo"),
    path("misspelt/", views.misspelt, name="misspelt"),
    path("lost/", views.lost, name="lost"),
    path("table/", views.shelf, name="table"),
    path("nothing/", views.nothing, name="nothing"),
    path("slow/", views.slow, name="slow"),
    path("breads/<slug:name>/", views.bread, name="bread"),
    *(path(f"{name}/", include((room, name))) for name in ROOMS),
]
