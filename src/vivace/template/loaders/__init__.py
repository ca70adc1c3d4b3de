"""Where templates come from. Documented in ref/templates/api."""
