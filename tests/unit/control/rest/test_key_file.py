from __future__ import annotations

import pytest

from gatewright.control.rest.key_file import Entry, FileError, parse

KEY = "apikey1234abcdefghij0123456789"


def test_the_examples_of_aws() -> None:
    assert parse(f"Key,name\n{KEY},First\n".encode()) == [Entry(2, "First", KEY, "", True, ())]
    full = f"Name,key,description,Enabled,usageplanIds\nFirst,{KEY},An imported key,TRUE,c7y23b\n"
    assert parse(full.encode()) == [Entry(2, "First", KEY, "An imported key", True, ("c7y23b",))]
    for quote in "\"'":
        several = f"Enabled,Name,key,UsageplanIds\ntrue,First,{KEY},{quote}c7y23b,glvrsr{quote}\n"
        assert parse(several.encode()) == [Entry(2, "First", KEY, "", True, ("c7y23b", "glvrsr"))]


def test_what_is_not_known_or_empty_is_passed_over() -> None:
    text = f"\ufeffother,KEY, Name ,enabled\r\n1,{KEY},it's me,false\r\n\r\n,,\r\n2,b\r\n"
    assert parse(text.encode()) == [Entry(2, "it's me", KEY, "", False, ()), Entry(5, "", "b", "", True, ())]


def test_quotes() -> None:
    text = 'name,key,description\n"a,\'b\',""c""\nd","e", it\'s "fine"\n\'tis\',\'f\' ,\n\'g,h\n'
    assert [(entry.line, entry.name, entry.key, entry.description) for entry in parse(text.encode())] == [
        (2, "a,'b',\"c\"\nd", "e", 'it\'s "fine"'),
        (4, "tis", "f", ""),
        (5, "'g", "h", ""),
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Invalid API key file: missing required columns: name, key"),
        (b"name\na", "Invalid API key file: missing required columns: key"),
        (b"name,key,Name\na,b,c", "Invalid API key file: the column Name is there twice"),
        (b"\xff\xfe", "Unable to read the API key file: it is not UTF-8 text"),
        (b'name,key\n"a', "Unable to read the API key file: line 2: a quoted field does not end"),
    ],
)
def test_files_that_are_none(body: bytes, message: str) -> None:
    with pytest.raises(FileError, match=message):
        parse(body)
