"""The same work written for each framework that is measured."""
