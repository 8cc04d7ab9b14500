"""The OpenAPI documents name each shape once, so that people and generators of clients find their way."""

from typing import Annotated, Any

from fastapi import Body

from shared.inputs import Input
from shared.web import PROBLEM_RESPONSES, make_app


class Where(Input):
    town: str = ""


class Wish(Input):
    """What somebody wants."""

    title: str
    where: Where = Where()
    others: tuple[Where, ...] = ()


def documented() -> dict[str, Any]:
    app = make_app(title="wishes")

    @app.post("/wishes", tags=["wishes"], responses={422: PROBLEM_RESPONSES[422]})
    async def create(said: Annotated[Wish, Body(examples=[{"title": "Schweißen"}])]) -> dict[str, str]:
        return {"title": said.title}

    @app.put("/wishes", tags=["wishes"])
    async def change(anew: Wish) -> dict[str, str]:
        return {"title": anew.title}

    return app.openapi()


def body_of(document: dict[str, Any], method: str) -> dict[str, Any]:
    schema: dict[str, Any] = document["paths"]["/wishes"][method]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    return schema


def test_an_input_is_one_component_whatever_the_parameters_are_called() -> None:
    document = documented()

    assert body_of(document, "post")["$ref"] == body_of(document, "put")["$ref"] == "#/components/schemas/Wish"
    assert body_of(document, "post")["examples"] == [{"title": "Schweißen"}]


def test_parts_of_an_input_and_of_a_problem_are_components_too() -> None:
    schemas = documented()["components"]["schemas"]

    assert schemas["Wish"]["properties"]["others"]["items"] == {"$ref": "#/components/schemas/Where"}
    assert {"Where", "ProblemBody", "FaultBody"} <= set(schemas)
    assert "$defs" not in schemas["ProblemBody"]


def test_operations_are_named_after_what_they_are_about() -> None:
    paths = documented()["paths"]["/wishes"]

    assert [paths[method]["operationId"] for method in ("post", "put")] == ["wishes_create", "wishes_change"]
