"""Takes files in: small ones at once, others as jobs that a worker reads row by row and goes on with after a crash."""

from services.surveys.importing.at_once import Import, Result, counts

__all__ = ["Import", "Result", "counts"]
