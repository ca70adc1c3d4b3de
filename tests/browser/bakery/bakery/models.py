"""What is sold, in a table that nobody has made."""

from __future__ import annotations

from vivace.db import models


class Bread(models.Model):
    """A loaf in the window."""

    name = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=5, decimal_places=2)
