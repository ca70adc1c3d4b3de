"""Door: what commands about whole databases share, at the address that packages import it from."""

from vivace.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal, sql_flush

__all__ = ["emit_post_migrate_signal", "emit_pre_migrate_signal", "sql_flush"]
