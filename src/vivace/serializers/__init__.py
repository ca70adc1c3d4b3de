"""Rows as text, and text as rows: what serializers and fixtures are made of.

The register of formats is at its public address, ``vivace.core.serializers``; here are the formats. Each
has a ``Serializer``, which is told of objects and their fields one after the other, and a
``Deserializer``, which gives objects that are not saved yet. "Serializing Django objects" of the
documentation is about both.
"""
