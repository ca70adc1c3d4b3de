"""Relations as attributes of models: who puts them there, what they fetch, and prefetching.

`descriptors` are those that give one object, `accessors` and `many_to_many` tell the fields which to
use (those that give managers are in `managers`), and `prefetch` follows relations for many instances
at once.
"""
