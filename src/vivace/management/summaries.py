"""What each command of the framework does, in the few words that the list of commands has room for."""

from __future__ import annotations

SUMMARIES = {
    "check": "look for mistakes in the project",
    "compilemessages": "compile translations",
    "completion": "print the completion script for a shell",
    "createcachetable": "make the tables of caches that are kept in the database",
    "dbshell": "open the database's own client",
    "diffsettings": "show the settings that differ from the defaults",
    "dumpdata": "write rows of the database as a fixture",
    "flush": "remove all rows from the database",
    "inspect": "print what is generated from the project",
    "inspectdb": "print models for the tables of a database",
    "loaddata": "put the rows of fixtures into the database",
    "makemessages": "gather the texts to translate",
    "migrate": "make the tables of the models",
    "runserver": "serve while you develop",
    "sendtestemail": "try the mail settings",
    "serve": "serve in production",
    "shell": "Python with the project loaded",
    "show_urls": "list the routes",
    "sqlflush": "print what flush would do",
    "sqlsequencereset": "print what resets the sequences of apps",
    "startapp": "make an application",
    "startproject": "make a project",
    "test": "find and run tests",
    "testserver": "serve, with a test database of fixtures",
    "version": "print the version",
}
