"""Door to the tools that commands share."""

from vivace.management.utils import (
    find_command,
    find_formatters,
    get_command_line_option,
    get_random_secret_key,
    handle_extensions,
    is_ignored_path,
    normalize_path_patterns,
    parse_apps_and_model_labels,
    popen_wrapper,
    run_formatters,
)

__all__ = [
    "find_command",
    "find_formatters",
    "get_command_line_option",
    "get_random_secret_key",
    "handle_extensions",
    "is_ignored_path",
    "normalize_path_patterns",
    "parse_apps_and_model_labels",
    "popen_wrapper",
    "run_formatters",
]
