"""The command line: data on stdout, progress on stderr, exit 0 well, 1 a finding, 2 a wrong call."""

from api.cli import criteria, people, running
from api.cli import inspection as looking
from api.cli.common import app

__all__ = ["app", "criteria", "looking", "people", "running"]
