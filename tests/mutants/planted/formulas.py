"""Formulas and units."""

from tests.mutants import Change

FOUND_BY = ("tests/criteria",)

EXPRESSION = "domain/criteria/expression.py"
FORMULA = "domain/criteria/formula.py"
FUNCTIONS = "domain/criteria/functions.py"
TOKENS = "domain/criteria/tokens.py"
UNITS = "domain/criteria/units.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "half a cent is down": (Change(UNITS, '"half_up": ROUND_HALF_UP', '"half_up": "ROUND_HALF_DOWN"'),),
    "up is away from nothing": (Change(UNITS, '"up": ROUND_CEILING', '"up": "ROUND_UP"'),),
    "down is below": (Change(UNITS, '"down": ROUND_DOWN', '"down": "ROUND_FLOOR"'),),
    "even is up": (Change(UNITS, '"half_even": ROUND_HALF_EVEN', '"half_even": ROUND_HALF_UP'),),
    "dust counts": (Change(UNITS, "    return value.quantize(GUARD, ROUND_HALF_EVEN, EXACT)", "    return value"),),
    "a percentage is a tenth": (Change(UNITS, '"%": (PERCENT, Decimal("0.01"))', '"%": (PERCENT, Decimal("0.1"))'),),
    "a metre is a hundredth": (Change(UNITS, '"m": (LENGTH, Decimal("0.001"))', '"m": (LENGTH, Decimal("0.01"))'),),
    "euros fit everything": (Change(UNITS, "return (self.name, self.money, self.length) == (other.name, other.money, other.length)", "return True"),),
    "a quotient multiplies units": (Change(FORMULA, 'left.kind.times(right.kind, 1 if sign.text == "*" else -1)', "left.kind.times(right.kind)"),),
    "lists know no units": (Change(FORMULA, "not isinstance(one, Literal) or not fits(one, of):", "not isinstance(one, Literal) or one.kind.name != of.kind.name:"),),
    "subtraction from the right": (Change(FORMULA, "            sign, right = self.next(), self.products()", "            sign, right = self.next(), self.sums()"),),
    "or before and": (Change(FORMULA, 'self.joined("or", lambda: self.joined("and", self.negated))', 'self.joined("and", lambda: self.joined("or", self.negated))'),),
    "a decimal comma parts two values": (Change(TOKENS, "text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():", "False:"),),
    "brackets are left out": (Change(EXPRESSION, "        if precedence(self.left) < mine:", "        if False:"),),
    "brackets on the right are left out": (Change(EXPRESSION, "precedence(self.right) <= mine:", "precedence(self.right) < mine:"),),
    "a fallback goes without brackets": (Change(EXPRESSION, "        case Given() if of.otherwise is not None:", "        case Given() if False:"),),
    "a missing side is forgotten": (Change(EXPRESSION, "            if self.right.value(line) is settles:\n                return settles\n            raise\n", "            return self.right.value(line)\n"),),
    "or is and": (Change(EXPRESSION, 'settles = self.sign == "or"', 'settles = self.sign == "and"'),),
    "division is bounded by nothing": (Change(EXPRESSION, "    return bounded(left / right)", "    return left / right"),),
    "at most is below": (Change(EXPRESSION, '"<=": lambda a, b: a <= b', '"<=": lambda a, b: a < b'),),
    "nested choices take for ever": (Change(EXPRESSION, "return min(precedence(of.then), precedence(of.otherwise))", "return precedence(of.then) and min(precedence(of.then), precedence(of.otherwise))"),),
    "the branch not taken is asked for": (Change(EXPRESSION, "        except (NoValue, Mistake):  # on a side that nobody had to look at", "        except ZeroDivisionError:"),),
    "a birthday comes too early": (Change(FUNCTIONS, "((end.month, end.day) < (start.month, start.day))", "(end.month < start.month)"),),
}  # fmt: skip
