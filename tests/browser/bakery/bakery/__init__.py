"""A bakery in which everything goes wrong, for the pages that tell developers of it."""
