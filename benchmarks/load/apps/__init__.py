"""The JSON view of each contender, a module each: a server loads what it serves and nothing else."""
