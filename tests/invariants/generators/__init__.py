"""What people may command: for each command its content, mostly sensible as things stand, sometimes not.

One short function a command; a command without one, that asks for more than reasons, stops the walk: add its function.
"""

from tests.invariants.generators import cases, decisions, municipality, payments, rounds, users
from tests.invariants.generators.command_context import CommandContext, generate_command, seldom

__all__ = [
    "CommandContext",
    "cases",
    "decisions",
    "generate_command",
    "municipality",
    "payments",
    "rounds",
    "seldom",
    "users",
]
