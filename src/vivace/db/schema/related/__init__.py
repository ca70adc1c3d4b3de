"""Relations between models: fields that point to rows of models, and their other ends."""
