"""The answer cards at the top of a home page: a question, its answer, where to act."""

from dataclasses import dataclass

from portal.components import Text, Tone, Value


@dataclass(frozen=True, slots=True)
class Answer:
    question: Text
    value: Value
    detail: Value
    tone: Tone
    icon: str
    url: str
