"""The rules of asking: surveys and their editions, answers and what becomes of them, results without small cells."""

from services.surveys.domain.asking import answering, checking, defining, filling, results, surveys
from services.surveys.domain.asking.kinds import Answer, Survey
from services.surveys.domain.asking.questions import AnswerValue, Definition
from services.surveys.domain.asking.ready_made import bedarfsabfrage

__all__ = [
    "Answer",
    "AnswerValue",
    "Definition",
    "Survey",
    "answering",
    "bedarfsabfrage",
    "checking",
    "defining",
    "filling",
    "results",
    "surveys",
]
