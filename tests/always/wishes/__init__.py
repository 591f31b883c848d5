"""What people may wish: for each command its content, mostly sensible as things stand, sometimes not.

One short function a command; a command without one, that asks for more than reasons, stops the walk: add its function.
"""

from tests.always.wishes import cases, decisions, municipality, payments, rounds
from tests.always.wishes.wish import Wish, seldom, written

__all__ = ["Wish", "cases", "decisions", "municipality", "payments", "rounds", "seldom", "written"]
