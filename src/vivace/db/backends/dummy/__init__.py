"""The backend of a project without databases: it says so when it is used."""
