"""Sharing a budget."""

from tests.mutants import Change

FOUND_BY = ("tests/criteria",)

ALLOCATION = "domain/criteria/allocation.py"

MUTANTS: dict[str, tuple[Change, ...]] = {
    "a grant in full is lifted over its cap": (Change(ALLOCATION, "return _cut(line(_most(each)), each.ceiling, line)", "return line(_most(each))"),),
    "more than the budget is granted in full": (Change(ALLOCATION, "if budget is not None and total > budget:", "if False:"),),
    "the budget itself is too much": (Change(ALLOCATION, "budget is not None and total > budget:", "budget is not None and total >= budget:"),),
    "a factor below one where the money suffices": (Change(ALLOCATION, "if budget is not None and guarded(total) > budget:", "if budget is not None and total:"),),
    "the factor is not rounded": (Change(ALLOCATION, "factor(found.exact_level) if factor else found.exact_level", "found.exact_level"),),
    "a factor rounded up stays up": (Change(ALLOCATION, "            found.level -= factor.step", "            found.level -= 0"),),
    "pro rata knows no largest remainder": (Change(ALLOCATION, "largest_remainder=largest_remainder and found.exact_level is not None", "largest_remainder=False"),),
    "remainders beyond what was asked": (Change(ALLOCATION, "{each.id: _in_full(each, line) for each in shares}\n    _in_steps", "{each.id: None for each in shares}\n    _in_steps"),),
    "ceilings of shares are ignored": (Change(ALLOCATION, "exact = {each.id: _under(each, each.weight * (found.level or ZERO_AMOUNT)) for each in shares}", "exact = {each.id: each.weight * (found.level or ZERO_AMOUNT) for each in shares}"),),
    "remainders though ceilings left money": (Change(ALLOCATION, "largest_remainder=largest_remainder and whole", "largest_remainder=largest_remainder"),),
    "the unit price is not rounded": (Change(ALLOCATION, "level = price(exact) if price else exact", "level = exact"),),
    "a price a step too low": (Change(ALLOCATION, "(bisect_left(range(1, at + 1), x=True, key=too_dear) if too_dear(at) else at)", "(at - 1 if too_dear(at) else at)"),),
    "a price that is too dear": (Change(ALLOCATION, "if too_dear(at) else at)", "if False else at)"),),
    "a price over the ceiling": (Change(ALLOCATION, "_cut(line(each.weight * at), each.ceiling, line)", "line(each.weight * at)"),),
    "the last in the order is first": (Change(ALLOCATION, "places = sorted({each.order for each in shares})", "places = sorted({each.order for each in shares}, reverse=True)"),),
    "who comes after the money ran out is served": (Change(ALLOCATION, "        open_ = open_ and skip\n", ""),),
    "nobody is passed over": (Change(ALLOCATION, "        open_ = open_ and skip\n", "        open_ = False\n"),),
    "equals of a place are not together": (Change(ALLOCATION, "if open_ and sum(wanted.values(), ZERO_AMOUNT) <= left:", "if open_ and max(wanted.values()) <= left:"),),
    "the one for whom it just suffices is refused": (Change(ALLOCATION, "if open_ and sum(wanted.values(), ZERO_AMOUNT) <= left:", "if open_ and sum(wanted.values(), ZERO_AMOUNT) < left:"),),
    "no part for the one in the middle": (Change(ALLOCATION, "if open_ and partial:", "if False:"),),
    "redistribution in one pass": (Change(ALLOCATION, "        if at == before:\n", "        if at == before or found.passes > 1:\n"),),
    "no redistribution": (Change(ALLOCATION, "    if not redistribute:\n", "    if True:\n"),),
    "redistribution unasked": (Change(ALLOCATION, "    if not redistribute:\n", "    if False:\n"),),
    "a full line's weight still counts": (Change(ALLOCATION, "left - ceiling, weight - open_[at].weight, at + 1", "left - ceiling, weight, at + 1"),),
    "a full line's money still counts": (Change(ALLOCATION, "left - ceiling, weight - open_[at].weight, at + 1", "left, weight - open_[at].weight, at + 1"),),
    "the highest ceiling fills first": (Change(ALLOCATION, "ZERO_AMOUNT if each.ceiling is None else each.ceiling / each.weight,", "ZERO_AMOUNT if each.ceiling is None else -each.ceiling / each.weight,"),),
    "steps over the budget are not taken back": (Change(ALLOCATION, "    if over > 0:", "    if over > budget:"),),
    "taken back from who gained least": (Change(ALLOCATION, "(guarded(exact[id_] - found.amounts[id_]), id_)", "(-guarded(exact[id_] - found.amounts[id_]), id_)"),),
    "a step too many taken back": (Change(ALLOCATION, "            if over <= 0:\n                break\n", ""),),
    "the remainder goes to who lost least": (Change(ALLOCATION, "(lost[id_], id_))\n    while", "(-lost[id_], id_))\n    while"),),
    "the remainder goes by the last id": (Change(ALLOCATION, "key=lambda id_: (lost[id_], id_))\n    while", "key=lambda id_: (lost[id_], [-ord(c) for c in id_]))\n    while"),),
    "remainders over the ceiling": (Change(ALLOCATION, "if (limit := most[id_]) is None or steps[id_] < limit][:left]", "][:left]"),),
    "no weight and yet a grant": (Change(ALLOCATION, "each.ceiling or ZERO_AMOUNT if each.weight else ZERO_AMOUNT", "each.ceiling or ZERO_AMOUNT"),),
    "only one round of remainders": (Change(ALLOCATION, "        left -= len(may)\n", "        left = 0\n"),),
    "a rounded amount over its ceiling": (Change(ALLOCATION, "return amount if ceiling is None or amount <= ceiling else line.in_steps", "return amount if True else line.in_steps"),),
    "a unit price is rounded half up": (Change(ALLOCATION, "level = price(exact) if price else exact", "level = price.in_steps(exact, 'half_up') * price.step if price else exact"),),
    "a unit price is rounded up": (Change(ALLOCATION, "level = price(exact) if price else exact", "level = price.in_steps(exact, 'up') * price.step if price else exact"),),
    "a ceiling is rounded half up": (Change(ALLOCATION, 'else line.in_steps(ceiling, "down") * line.step', 'else line.in_steps(ceiling, "half_up") * line.step'),),
    "shares are rounded half up before the remainders": (Change(ALLOCATION, 'line.in_steps(share, "down") for id_, share in exact.items()', 'line.in_steps(share, "half_up") for id_, share in exact.items()'),),
    "a grant by weight is rounded down": (Change(ALLOCATION, "_cut(line(share), ceilings[id_], line) for id_, share in exact.items()", "_cut(line.in_steps(share, 'down') * line.step, ceilings[id_], line) for id_, share in exact.items()"),),
}  # fmt: skip
