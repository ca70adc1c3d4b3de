"""Who asks: models, managers, querysets, and what they do with rows.

Users import all of it from `db.models`. Here it is by what it is about, for those who change it:

* `classes`: how a class body becomes a model, and its checks;
* `instances`: what one object of a model can do: be made, saved, deleted, read anew, validated;
* `relations`: the attributes that relations put on models, and prefetching through them;
* `managers`: the way from a class, or from an object along a relation, to querysets;
* `querysets`: descriptions of rows, and asking for them;
* `road`: the fast road, in front of querysets and instances.

Beside them is what all of them share: `signals`, `fetch_modes` (what becomes of values that were not
loaded), and `rooms`, which has everything install itself where the lower rooms look for it.
"""
