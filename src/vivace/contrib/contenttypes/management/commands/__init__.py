"""The commands of content types."""
