"""The batteries: apps that a project may install. Nothing below imports them."""
