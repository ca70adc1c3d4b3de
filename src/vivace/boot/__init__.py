"""Start-up: what is decided before the first request, in order (see ``sequence``)."""
