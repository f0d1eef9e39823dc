# SPDX-License-Identifier: MIT
"""Checks HTTP exchanges against an OpenAPI document, as far as the carrier's document goes: paths, parameters, forms and
JSON answers with types, null, required names, enumerations, patterns, lengths, ranges and formats. Stricter than the
document in one thing: a name that it does not know is a violation, since a misspelt one would be ignored in silence."""

import datetime
import email.utils
import json
import re
import urllib.parse

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TYPES = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def is_uri(text):
    parts = urllib.parse.urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and re.search(r"[\s<>\"{}|\\^`]", text) is None


def is_rfc_2822(text):
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return False
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000") == text


def is_date_time(text):
    """A day alone is taken too, as the carrier does."""
    try:
        datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


FORMATS = {
    "uri": is_uri,
    "uri-reference": lambda text: text.startswith("/") and not re.search(r"\s", text),
    "date-time-rfc-2822": is_rfc_2822,
    "date-time": is_date_time,
    "currency": lambda text: re.fullmatch(r"[A-Za-z]{3}", text) is not None,
    "http-method": lambda text: text in ("GET", "POST"),
    # Channel addresses and short codes go under the same name.
    "phone-number": lambda text: re.fullmatch(r"(whatsapp:)?(\+\d{3,15}|[A-Z]{2}\.\w{1,128})|\d{3,8}", text) is not None,
}


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = json.load(file)
        self.paths = []
        for template, operations in self.root["paths"].items():
            parts = re.split(r"\{(\w+)\}", template)
            names = parts[1::2]
            pattern = re.escape(parts[0]) + "".join("([^/]+?)" + re.escape(text) for text in parts[2::2])
            self.paths.append((re.compile(pattern + r"\Z"), names, operations))

    def schema(self, schema):
        while "$ref" in schema:
            node = self.root
            for name in schema["$ref"].removeprefix("#/").split("/"):
                node = node[name]
            schema = node
        return schema

    def operation(self, method, path):
        """(the operation or None, its path parameters)"""
        for pattern, names, operations in self.paths:
            found = pattern.match(path)
            if found and method.lower() in operations:
                return operations[method.lower()], dict(zip(names, found.groups()))
        return None, {}

    def value(self, schema, value, where):
        """Violations of a JSON value."""
        schema = self.schema(schema)
        if value is None:
            # The document leaves "nullable" out where it refers to another schema.
            return [] if schema.get("nullable") or "enum" in schema else [f"{where}: null"]
        if not TYPES[schema.get("type", "object")](value):
            return [f"{where}: {value!r} is no {schema['type']}"]
        if isinstance(value, dict):
            return self.members(schema, value, where)
        if isinstance(value, list):
            items = schema.get("items", {})
            return [found for n, item in enumerate(value) for found in self.value(items, item, f"{where}[{n}]")]
        return self.scalar(schema, value, where)

    def members(self, schema, value, where):
        known = schema.get("properties", {})
        found = [f"{where}.{name}: missing" for name in schema.get("required", []) if name not in value]
        for name, member in value.items():
            if name in known:
                found += self.value(known[name], member, f"{where}.{name}")
            elif known:
                found.append(f"{where}.{name}: not in the document")
        return found

    @staticmethod
    def scalar(schema, value, where):
        found = []
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{where}: {value!r} is none of {schema['enum']}")
        if isinstance(value, str):
            if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
                found.append(f"{where}: {value!r} has a wrong length")
            if "pattern" in schema and not re.search(schema["pattern"], value):
                found.append(f"{where}: {value!r} does not match {schema['pattern']}")
            if not FORMATS.get(schema.get("format"), lambda text: True)(value):
                found.append(f"{where}: {value!r} is no {schema['format']}")
        elif not isinstance(value, bool):
            if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
                found.append(f"{where}: {value} is out of range")
        return found

    def texts(self, schema, texts, where):
        """Violations of a parameter, which comes as one text or several."""
        schema = self.schema(schema)
        if schema.get("type") == "array":
            return [found for text in texts for found in self.texts(schema["items"], [text], where)]
        if len(texts) != 1:
            return [f"{where}: comes {len(texts)} times"]
        text = texts[0]
        if schema.get("type") == "integer":
            if not re.fullmatch(r"-?\d+", text):
                return [f"{where}: {text!r} is no integer"]
            return self.scalar(schema, int(text), where)
        if schema.get("type") == "boolean":
            return [] if text in ("true", "false") else [f"{where}: {text!r} is no boolean"]
        return self.scalar(schema, text, where)

    def parameters(self, known, required, pairs, where):
        given = {}
        for name, text in pairs:
            given.setdefault(name, []).append(text)
        found = [f"{where} {name}: missing" for name in required if name not in given]
        for name, texts in given.items():
            if name in known:
                found += self.texts(known[name], texts, f"{where} {name}")
            else:
                found.append(f"{where} {name}: not in the document")
        return found

    def request(self, method, target, content_type, body):
        """Violations of a request; `body` is bytes."""
        path, _, query = target.partition("?")
        operation, in_path = self.operation(method, path)
        if operation is None:
            return [f"{method} {path}: not in the document"]
        declared = operation.get("parameters", [])
        found = []
        for place, pairs in (("path", in_path.items()), ("query", urllib.parse.parse_qsl(query, True, strict_parsing=bool(query)))):
            of_place = [parameter for parameter in declared if parameter["in"] == place]
            required = [parameter["name"] for parameter in of_place if parameter.get("required")]
            found += self.parameters({item["name"]: item["schema"] for item in of_place}, required, pairs, place)
        if "requestBody" in operation:
            if content_type.split(";")[0].strip() != FORM:
                return found + [f"content type: {content_type!r}"]
            schema = self.schema(operation["requestBody"]["content"][FORM]["schema"])
            pairs = urllib.parse.parse_qsl(body.decode(), True, strict_parsing=bool(body))
            found += self.parameters(schema["properties"], schema.get("required", []), pairs, "form")
        elif body:
            found.append("body: none is expected")
        return found

    def answer(self, method, target, status, content_type, body):
        """Violations of an answer; errors are not in the document."""
        if status >= 400:
            return []
        operation, _ = self.operation(method, target.partition("?")[0])
        if operation is None or str(status) not in operation["responses"]:
            return [f"status {status}: not in the document"]
        content = operation["responses"][str(status)].get("content")
        if content is None:
            return ["body: none is expected"] if body else []
        if content_type.split(";")[0].strip() != JSON:
            return [f"content type: {content_type!r}"]
        return self.value(content[JSON]["schema"], json.loads(body), "answer")
