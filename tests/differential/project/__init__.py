"""The site that both are asked about; written for Django alone."""
