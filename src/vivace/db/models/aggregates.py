"""Django's address for aggregates; their home is `vivace.db.query.aggregates`."""

from vivace.db.query.aggregates import Aggregate, Avg, Count, Max, Min, StdDev, Sum, Variance

__all__ = ["Aggregate", "Avg", "Count", "Max", "Min", "StdDev", "Sum", "Variance"]
