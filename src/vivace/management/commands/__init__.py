"""The framework's own commands, one module each; `management.registry` finds them by file name."""
