"""The catalogue of events: what is written can be read, and nothing personal can get in by its fields."""

from __future__ import annotations

import msgspec
import pytest

from interaction_hub.domain import events


def sample(kind: type[events.Body]) -> events.Body:
    """An event with a plausible value in each field."""
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(kind):
        values[field.name] = {"int": 7, "str": "x", "bool": True}.get(getattr(field.type, "__name__", ""), ("x",))
    return kind(**values)


@pytest.mark.parametrize("kind", events.KINDS)
def test_event_survives_its_payload(kind: type[events.Body]) -> None:
    body = sample(kind)
    assert events.decode(events.encode(body)) == body


@pytest.mark.parametrize("kind", events.KINDS)
def test_event_holds_no_text_or_address(kind: type[events.Body]) -> None:
    fields = {field.name for field in msgspec.structs.fields(kind)}
    assert not fields & {"text", "name", "address", "number", "email", "body", "value"}


@pytest.mark.parametrize("kind", events.KINDS)
def test_event_is_documented(kind: type[events.Body]) -> None:
    assert kind.__doc__


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        events.decode(b'{"kind":"Nothing"}')


def test_subjects_name_the_ids_in_order() -> None:
    body = events.MoveRequested(contact="c1", queue="q1")
    assert events.subjects(body) == "contact=c1 queue=q1"
