"""The backends of mail, one file for each."""
