"""Documents and field values for the tests of the catalogue."""

import copy
from typing import Any

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "人口库", "version": "1.0.0"},
    "x-minshi-scope-titles": {"person.identity": {"zh": "姓名和证件", "en": "Name and document"}},
    "paths": {
        "/subject": {
            "get": {
                "operationId": "getSubject",
                "summary": "查询本人",
                "x-minshi-summary-en": "Look up the person",
                "x-minshi-scopes": ["person.identity"],
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}},
                    }
                },
            }
        },
        "/verifications": {
            "post": {
                "operationId": "verify",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Question"}}},
                },
                "responses": {"200": {"description": "ok"}},
            }
        },
    },
    "components": {
        "schemas": {
            "Person": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "sex": {"type": "string", "enum": ["1", "2", "9"]}},
            },
            "Question": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "kind": {"type": "string", "enum": ["id", "passport"]}},
            },
        }
    },
}


def document(version: str = "1.0.0", **changes: Any) -> dict[str, Any]:
    """Return a small OpenAPI document; keyword arguments replace top-level parts."""
    made = copy.deepcopy(DOCUMENT) | changes
    made["info"] = made["info"] | {"version": version}
    return made


def item_fields() -> dict[str, Any]:
    """Return what is typed into the form of a complete service item."""
    return {
        "base_code": "000100001",
        "name_zh": "居住登记",
        "name_en": "Residence registration",
        "summary_zh": "登记现居住地址。",
        "summary_en": "Register where you live.",
        "item_type": "20",
        "level": "3",
        "case_type": "2",
        "targets": ["1"],
        "handling_forms": ["2", "3"],
        "legal_limit": "3",
        "promised_limit": "1",
        "guide_zh": "一、打开应用。",
        "guide_en": "1. Open the app.",
        "consultation_phone": "12345",
        "complaint_phone": "12345",
    }
