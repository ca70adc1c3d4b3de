"""Address of the serializers; only the JSON encoder is there so far."""
