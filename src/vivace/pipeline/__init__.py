"""The way of a request through the middleware to its view, and of the response back, compiled.

* ``nodes``: the layers of a chain, as plain data.
* ``build``: ``MIDDLEWARE`` becomes layers; factories are called here.
* ``natives``: what the compiler knows by heart about built-in middleware.
* ``compile``: layers become Python source, in either colour.
* ``runtime``: what generated code calls when something is out of the ordinary.
* ``errors``: exceptions become responses.
* ``handler``: `BaseHandler`, which holds a chain; ``wsgi`` and ``asgi`` are its shells.
"""
