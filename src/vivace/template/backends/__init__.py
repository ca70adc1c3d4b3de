"""The template engines a project can choose from. Documented in topics/templates."""
