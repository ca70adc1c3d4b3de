"""What developers are shown: the report of an exception, and pages for projects without routes."""
