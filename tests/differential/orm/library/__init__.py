"""An application whose models the same file defines for Django and for Vivace."""
