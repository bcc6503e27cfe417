"""What the provider does by itself: preventive tasks, messages, recordings (I16, I17)."""

from typing import ClassVar, Literal

from contracts.rules.part import Code, Part, Value, Words

Frequency = Literal["continuous", "monthly", "quarterly", "half-yearly", "yearly", "each_visit"]


class PreventiveTask(Value):
    """A planned check, ticked with its result each time."""

    code: Code
    label: Words
    frequency: Frequency


class Preventive(Part):
    """I17 (000; 003 art. 12): planned tasks; a weakness found can become a proposal."""

    rules: ClassVar[tuple[str, ...]] = ("I17",)

    place: Literal["remote", "on_site"]
    tasks: tuple[PreventiveTask, ...]
    weakness_may_become_quote: bool = True
    prevention_messages: bool = False


class Video(Part):
    """I16 (000): recordings on request, behind a private link that ends with the commitment."""

    rules: ClassVar[tuple[str, ...]] = ("I16",)

    offered: Literal["on_request_or_when_useful"]
    protected_by: Literal["random_password"]
    expires: Literal["end_of_commitment"]
    client_answers_for_sharing: bool = True
