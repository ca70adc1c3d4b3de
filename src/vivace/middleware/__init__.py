"""The built-in middleware: ordinary classes, which the pipeline also knows how to fuse."""
