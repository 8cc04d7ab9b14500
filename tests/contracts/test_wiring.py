"""Every subscription of every service is what its card says, at-least-once, from the start, in the service's group."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from faststream import AckPolicy
from faststream.kafka.subscriber.usecase import BatchSubscriber

from deploy.client.documents import BUILDS, build
from shared.events import ALL
from shared.service import Service


@pytest.fixture(params=sorted(BUILDS))
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Service:
    return build(request.param, tmp_path)


def _told_by_card(service: Service, line: str) -> set[str]:
    card = import_module(f"services.{service.name}").__doc__ or ""
    told = re.search(rf"^{line}(.*?)^[A-Z]", card, re.MULTILINE | re.DOTALL)
    assert told is not None
    return set(re.findall(r"\w+\.\w+\.v\d+", told.group(1)))


def test_a_service_consumes_and_publishes_what_its_card_says(service: Service) -> None:
    assert set(service.consumed) == _told_by_card(service, "Consumes")
    assert service.published == _told_by_card(service, "Publishes")
    assert set(service.consumed) | service.published <= {kind.topic for kind in ALL}


def test_a_topic_is_written_by_the_service_in_its_name(service: Service) -> None:
    assert {topic.partition(".")[0] for topic in service.published} <= {service.name}
    assert not any(topic.startswith(f"{service.name}.") for topic in service.consumed)


def test_every_subscription_loses_nothing(service: Service) -> None:
    subscribers: list[Any] = list(service.broker.subscribers)

    assert sorted(topic.name for one in subscribers for topic in one.topics) == sorted(service.consumed)
    for one in subscribers:
        assert isinstance(one, BatchSubscriber)
        assert one.ack_policy is AckPolicy.MANUAL
        assert one.group_id == service.name
        assert one._connection_args["auto_offset_reset"] == "earliest"


def test_every_topic_is_published_by_somebody() -> None:
    publishers = {kind.topic.partition(".")[0] for kind in ALL}

    assert publishers <= set(BUILDS)
