"""Reads what the course search of the Bundesagentur für Arbeit answers: JSON in, courses with their dates out.

People's names, addresses and numbers that the file holds are never read.
"""

from services.surveys.ba.offers import SOURCE, as_date, as_offer
from services.surveys.ba.reading import FIELD, Course, Reading, Record, Refused, read

__all__ = ["FIELD", "SOURCE", "Course", "Reading", "Record", "Refused", "as_date", "as_offer", "read"]
