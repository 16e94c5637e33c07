"""What imports say when they refuse a document."""

from __future__ import annotations

from gatewright.control import import_report


def test_errors_and_warnings_beside_them() -> None:
    assert import_report.refusal([], ["w"]).message == "Invalid OpenAPI input."
    assert import_report.refusal(["a", "b"], []).message == "Errors found during import:\n\ta\n\tb"
    assert import_report.refusal(["a"], ["w"]).message == (
        "Errors found during import:\n\ta\nAdditionally, these warnings were found:\n\tw"
    )
    assert import_report.warned(["w"]).message == "Warnings found during import:\n\tw"


def test_a_message_has_an_end() -> None:
    lines = import_report.warned([str(at) for at in range(150)]).message.split("\n\t")
    assert (len(lines), lines[-1]) == (102, "and 50 more")
