#!/usr/bin/env python3
"""Checks specs against schema/cnnc.schema.json with the jsonschema package.

    scripts/validate-schema.py [SPEC ...]

Without arguments: every spec below specs/ except specs/errors/. Needs jsonschema and PyYAML.
"""

import json
import pathlib
import re
import sys

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Loader(yaml.SafeLoader):
    """YAML 1.2's core schema, which editors use; PyYAML alone reads `no` as false."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in [
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), list(first))


def with_text_keys(value):
    """Keys are texts in JSON."""
    if isinstance(value, dict):
        return {str(key): with_text_keys(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_text_keys(inner) for inner in value]
    return value


def main() -> int:
    schema = json.loads((ROOT / "schema" / "cnnc.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    paths = [pathlib.Path(argument) for argument in sys.argv[1:]]
    if not paths:
        paths = [path for path in sorted((ROOT / "specs").rglob("*.yaml")) if "errors" not in path.parts]
    failures = 0
    for path in paths:
        document = with_text_keys(yaml.load(path.read_text(), Loader))
        errors = sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
        failures += bool(errors)
        for error in errors:
            place = "/".join(map(str, error.absolute_path))
            print(f"{path}: /{place}: {error.message[:200]}")
            for inner in error.context or []:
                print(f"    {'/'.join(map(str, inner.absolute_path))}: {inner.message[:160]}")
    print(f"{len(paths)} files, {failures} not valid")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
