"""Exports of stored events, and reading them again."""

from tests.mutants import Change

FOUND_BY = ("tests/http/test_exports.py", "tests/http/test_api.py")

EXPORT = "projections/views/export.py"
HTTP = "api/v1/exports.py"
COMMAND_LINE = "api/cli/inspection.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "an export misses the last event": (
        Change(EXPORT, "            whole.update(line.encode())\n            count,", "            if position == store.last_position(municipality):\n                continue\n            whole.update(line.encode())\n            count,"),
    ),
    "an export misses the last event of what was chosen": (
        Change(EXPORT, "            by_stream[stream] += 1\n            yield line\n", "            by_stream[stream] += 1\n            if stored is not batch[-1]:\n                yield line\n"),
    ),
    "an export misses the first event after each batch": (
        Change(EXPORT, "position = int(stored.id)\n", "position = int(stored.id) + (stored is batch[-1])\n"),
    ),
    "an export over HTTP misses the last event": (
        Change(HTTP, "        yield from export.export_lines(store, who.actor.municipality, chosen)\n", "        found = list(export.export_lines(store, who.actor.municipality, chosen))\n        yield from [*found[:-2], found[-1]]\n"),
    ),
    "an export into a file misses the first event": (
        Change(COMMAND_LINE, "            file.writelines(lines)\n", "            file.writelines(list(lines)[1:])\n"),
    ),
    "an export of a round lacks its decisions": (
        Change(EXPORT, "return {*streams, *decisions, *rounds}", "return {*streams, *rounds}"),
    ),
    "an export of a round lacks the round": (
        Change(EXPORT, "return {*streams, *decisions, *rounds}", "return {*streams, *decisions}"),
    ),
    "an export of a year lacks its last day": (
        Change(EXPORT, "date(year, 12, 31)", "date(year, 12, 30)"),
    ),
    "a manifest is trusted for the hash": (
        Change(EXPORT, 'elif (manifest["events"], manifest["sha256"]) != (found.events, whole.hexdigest()):', 'elif manifest["events"] != found.events:'),
    ),
    "a missing version is not noticed": (
        Change(EXPORT, "if version != found.versions.get(stream, 0) + 1:", "if version <= found.versions.get(stream, 0):"),
    ),
    "an export is not compared with the store": (
        Change(EXPORT, "reached != version or to_plain(state) != to_plain(exported.states[stream])", "reached != version"),
    ),
}  # fmt: skip
