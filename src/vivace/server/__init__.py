"""Serving: the development server in this process, and Granian with workers for production."""
