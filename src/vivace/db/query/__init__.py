"""What is asked: expressions, conditions, lookups, aggregates, functions, constraints and indexes."""
