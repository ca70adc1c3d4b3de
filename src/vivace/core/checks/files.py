"""Django's address for `vivace.checks.settings`."""

from vivace.checks.settings import check_setting_file_upload_temp_dir

__all__ = ["check_setting_file_upload_temp_dir"]
