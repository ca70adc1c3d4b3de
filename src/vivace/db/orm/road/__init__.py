"""The fast road: querysets as shapes and values, whose SQL is written once per shape.

A queryset that was built from plain conditions and options holds no query. It holds a `Shape`, found by
following transitions that are interned (`shapes`), and beside it the values of its conditions. What is
executed for a shape is compiled the first time and kept (`plans`); after that a queryset costs little
more than the driver's call.

Everything that is not plain leaves the road: the queryset then makes the query that it stands for and
goes on as the compatible one does. So the road must only ever know less than the compatible way,
never something else. Three things see to that:

* A transition is made by running the compatible method on a template with marked values, and is
  interned only if each mark is found again in a built-in lookup on a built-in field.
* A plan is what the compatible compiler wrote for the template. How a value is encoded is checked
  against what that compiler made of the mark.
* Whatever could change what a name means (lookups, settings, models) starts a new epoch; a shape of an
  older epoch is not executed any more.
"""
