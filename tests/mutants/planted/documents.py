"""Reading and checking a document."""

from tests.mutants import Change

FOUND_BY = ("tests/criteria",)

CHECKING = "domain/criteria/checking.py"
DOCUMENT_READER = "domain/criteria/document_reader.py"
PROBING = "domain/criteria/probing.py"
READING_ORDER = "domain/criteria/reading_order.py"
WORKED_EXAMPLES = "domain/criteria/worked_examples.py"
YAML_SOURCE = "domain/criteria/yaml_source.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "a nought decides a column": (Change(DOCUMENT_READER, "next((each.kind for each in cells if not is_zero(each)), NUMBER)", "cells[0].kind"),),
    "circles are not seen": (Change(READING_ORDER, "                elif below in open_:", "                elif False:"),),
    "chains without end": (Change(READING_ORDER, "        if self.heights[name] > MAX_EVALUATION_DEPTH:", "        if False:"),),
    "places are of the whole value": (Change(YAML_SOURCE, "                if seen == wanted:", "                if seen == 0:"),),
    "a quote counts as a letter": (Change(YAML_SOURCE, "opening = self.quoted and n == 0", "opening = False"),),
    "an escape counts as its letters": (Change(YAML_SOURCE, 'LETTERS[self.raw[0] if self.quoted else ""]', 'LETTERS[""]'),),
    "half a character": (Change(YAML_SOURCE, "    if UNSTORABLE_PATTERN.search(node.value):", "    if False:"),),
    "a process that there is not": (Change(CHECKING, '        yield wrong(("process",), f"There is no such process; the processes are {known}.")\n', ""),),
    "a field that the form has not": (Change(CHECKING, "field not in application.fields", "False"),),
    "evidence of no kind": (Change(CHECKING, "for n, each in enumerate(level.evidence)", "for n, each in enumerate(())"),),
    "evidence of the document alone": (Change(CHECKING, "    for path, level in doc.levels():", "    for path, level in [((), doc)]:"),),
    "evidence of conditions is anything": (Change(CHECKING, "for m, each in enumerate(rule.evidence)", "for m, each in enumerate(())"),),
    "an example that is a cent off": (Change(WORKED_EXAMPLES, "parse_quantity(gives)[0] == amount", "abs(parse_quantity(gives)[0] - amount) < 2"),),
    "bounds are not tried": (Change(PROBING, "for off in (-step, Decimal(0), step)}", "for off in (-step, step)}"),),
}  # fmt: skip
