"""Makes large and intricate OpenAPI documents, as an IT office would export them from its own systems."""

from typing import Any

PER_PATH = 4


def large_document(operations: int, *, series: str = "3.1.0", version: str = "1.0.0") -> dict[str, Any]:
    """Return a document with so many operations, shared parts of every kind, cycles and alternatives."""
    count = operations // PER_PATH
    old = series.startswith("3.0")
    return {
        "openapi": series,
        "info": {"title": "大型业务系统", "version": version, "description": "由系统导出"},
        "servers": [{"url": "https://{host}/api", "variables": {"host": {"default": "interior.invalid"}}}],
        "tags": [{"name": f"t{number}"} for number in range(10)],
        "security": [{"key": []}],
        "paths": {f"/records{number}/{{id}}": _path(number) for number in range(count)},
        "components": {
            "schemas": _trees(count, old=old) | _bounds(old=old) | _animals(),
            "parameters": {"Id": _parameter("id", "path", required=True), "Page": _parameter("page", "query")},
            "responses": {"Error": {"description": "出错", "content": _json({"$ref": "#/components/schemas/Bounds"})}},
            "requestBodies": {"Animal": {"content": _json({"$ref": "#/components/schemas/Animal"})}},
            "headers": {"Rate": {"schema": {"type": "integer"}}},
            "examples": {"One": {"value": {"$ref": "http://169.254.169.254/", "$id": "x", "pattern": "(a+)+$"}}},
            "links": {"Next": {"operationId": "get0", "parameters": {"id": "$response.body#/id"}}},
            "securitySchemes": {"key": {"type": "apiKey", "name": "X-Key", "in": "header"}},
        },
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    example = {"examples": {"one": {"$ref": "#/components/examples/One"}}}
    return {"application/json; charset=utf-8": {"schema": schema} | example}


def _parameter(name: str, place: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": {"type": "integer", "minimum": 1}}


def _path(number: int) -> dict[str, Any]:
    tree = {"$ref": f"#/components/schemas/Tree{number}"}
    answers = {
        "200": {
            "description": "ok",
            "content": _json(tree),
            "headers": {"X-Rate": {"$ref": "#/components/headers/Rate"}},
            "links": {"next": {"$ref": "#/components/links/Next"}},
        },
        "4XX": {"$ref": "#/components/responses/Error"},
        "default": {"$ref": "#/components/responses/Error"},
    }
    told = {
        "{$request.body#/url}": {
            "post": {"requestBody": {"content": _json(tree)}, "responses": {"200": {"description": "ok"}}}
        }
    }
    made: dict[str, Any] = {"parameters": [{"$ref": "#/components/parameters/Id"}]}
    for method in ("get", "put", "post", "delete"):
        made[method] = {
            "operationId": f"{method}{number}",
            "summary": f"操作 {number}",
            "tags": [f"t{number % 10}"],
            "parameters": [{"$ref": "#/components/parameters/Page"}],
            "responses": answers,
        }
    made["put"]["requestBody"] = {"required": True, "content": _json(tree)}
    made["post"] |= {"requestBody": {"$ref": "#/components/requestBodies/Animal"}, "callbacks": {"told": told}}
    return made


def _trees(count: int, *, old: bool) -> dict[str, Any]:
    """Return trees that hold themselves and each other, in a long chain that ends where it began."""
    optional = {"type": "string", "nullable": True} if old else {"type": ["string", "null"]}
    return {
        f"Tree{number}": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "integer", "format": "int64"},
                "title": optional | {"maxLength": 80, "example": "名称"},
                "default": {"type": "string", "default": {"$ref": "no reference"}} if number == 0 else optional,
                "example": {"type": "array", "items": {"$ref": f"#/components/schemas/Tree{number}"}},
                "next": {"$ref": f"#/components/schemas/Tree{(number + 1) % count}"},
                "both": {"allOf": [{"$ref": "#/components/schemas/Bounds"}, {"type": "object"}]},
            },
        }
        for number in range(count)
    }


def _bounds(*, old: bool) -> dict[str, Any]:
    above = {"minimum": 0, "exclusiveMinimum": True} if old else {"exclusiveMinimum": 0}
    return {
        "Bounds": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "properties": {
                "amount": {"type": "number", "multipleOf": 0.01} | above,
                "code": {"type": "string", "pattern": "^[0-9]{6}$", "minLength": 6},
                "day": {"type": "string", "format": "date"},
            },
        }
    }


def _animals() -> dict[str, Any]:
    kinds = ("Cat", "Dog", "Fish")
    made: dict[str, Any] = {
        "Animal": {
            "oneOf": [{"$ref": f"#/components/schemas/{kind}"} for kind in kinds],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {kind.lower(): f"#/components/schemas/{kind}" for kind in kinds},
            },
        },
        "Pet": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
    }
    for kind in kinds:
        own = {
            "type": "object",
            "properties": {
                "kind": {"enum": [kind.lower()]},
                kind.lower(): {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            },
        }
        made[kind] = {"allOf": [{"$ref": "#/components/schemas/Pet"}, own]}
    return made
