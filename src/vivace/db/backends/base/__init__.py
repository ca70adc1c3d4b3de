"""What the backends have in common; each class is subclassed by each of them."""
