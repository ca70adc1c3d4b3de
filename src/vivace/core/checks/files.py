"""Django's address for `vivace.checks.files`."""

from vivace.checks.files import check_setting_file_upload_temp_dir

__all__ = ["check_setting_file_upload_temp_dir"]
