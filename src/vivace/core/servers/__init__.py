"""Door: the development server lives in `vivace.server`."""
