"""What models are made of: fields, relations, and the options that describe a model (``_meta``)."""
