"""What the jobs do with what is found."""

from tests.jobs.conftest import open_jobs, program

__all__ = ["open_jobs", "program"]
