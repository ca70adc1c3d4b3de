"""Matter that is neither HTTP nor engine: exceptions, signing, validators, files, cache, mail."""
