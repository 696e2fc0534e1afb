"""The JSON Schema (2020-12) of the files of rules, for editors and for programs that write rules. Pure.

It is made of the models that read the files. What no schema can say (levels that rise, a clear number beyond a level)
the reader alone says: what the schema takes may still be refused, what the reader takes the schema takes too.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from alerts.rules import RuleBook, Step
from alerts.watches import duration
from config.words import LANGUAGES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DURATION: JsonSchemaValue = {
    "type": "string",
    "pattern": "^(?=.)(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?$",
    "examples": ["90s", "5m", "1h30m"],
}
NAMES: JsonSchemaValue = {"propertyNames": {"enum": list(LANGUAGES)}, "minProperties": 1}
WAYS = ("at", "mark", "dated")
"""What a level may stand at: exactly one of them."""


def schema() -> dict[str, Any]:
    """The schema of a file such as config/rules/water.yaml."""
    made = RuleBook.model_json_schema(by_alias=True, schema_generator=_Written)
    made["$defs"]["Step"] = _with_short_form(made["$defs"]["Step"])
    return {"$schema": DIALECT, "title": "Rules of Yiping", **{key: made[key] for key in made if key != "title"}}


def _with_short_form(step: dict[str, Any]) -> dict[str, Any]:
    """A level as a number alone, or as an object; what is asked of the object is asked of it only."""
    short, whole = step.pop("anyOf")
    whole |= {key: step.pop(key) for key in ("additionalProperties", "required") if key in step}
    whole["oneOf"] = [{"required": [way]} for way in WAYS if way in whole["properties"]]
    return step | {"anyOf": [short, whole]}


class _Written(GenerateJsonSchema):
    """As the file is written: where a reader takes a text or a short form, the schema takes it too."""

    def function_before_schema(self, schema: Any) -> JsonSchemaValue:
        reader = schema["function"]["function"]
        if reader is duration:
            return dict(DURATION)
        made = super().function_before_schema(schema)
        return {"anyOf": [{"type": "number"}, made]} if getattr(reader, "__self__", None) is Step else made

    def function_after_schema(self, schema: Any) -> JsonSchemaValue:
        made = super().function_after_schema(schema)
        names = getattr(schema["function"]["function"], "__name__", "") == "_known_languages"  # of a MultiName
        return made | NAMES if names else made
