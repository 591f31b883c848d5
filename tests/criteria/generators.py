"""Criteria and roads at random: a document's text, and the same told to the second implementation in whole numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from domain.criteria.calculation import calculate
from domain.criteria.compiler import compile_rule_set
from domain.criteria.line_evaluation import ApplicationInputs, InputValue
from domain.criteria.result import CalculationResult
from tests.criteria import oracle as naive

STEPS = {"0.01": Fraction(1, 100), "1": Fraction(1), "10": Fraction(10), "0.5": Fraction(1, 2)}
MODES = ("down", "up", "half_up", "half_even")


@dataclass(frozen=True)
class GeneratedRoad:
    """One application: its class, its metres, its costs in cents, and what else the criteria look at."""

    road_class: str
    metres: int
    cents: int
    households: int = 5
    priority: int = 1
    group: str = "one"
    allowed: bool = True

    def demand(self, id_: str) -> ApplicationInputs:
        given = {
            "road_class": self.road_class,
            "length": str(self.metres),
            "costs": f"{self.cents // 100}.{self.cents % 100:02d}",
            "households": str(self.households),
            "priority": str(self.priority),
            "group": self.group,
            "allowed": "yes" if self.allowed else "no",
        }
        return ApplicationInputs(
            case=id_, inputs={name: InputValue(value=value, source="row") for name, value in given.items()}
        )


@dataclass(frozen=True)
class RoadClass:
    """A row of the table: a share of the costs, a coefficient of the length, and the most for a kilometre."""

    share: int
    coefficient: Decimal
    most: int


@dataclass(frozen=True)
class GeneratedScheme:
    """One kind of grant, as the document says it."""

    method: str
    line: tuple[str, str] = ("half_up", "0.01")
    price: tuple[str, str] | None = None
    factor: tuple[str, str] | None = None
    redistribute: bool = False
    leftover: str = "keep"
    partial: str = "no"
    cap: int | None = None
    cap_of_class: bool = False
    before: int | None = None
    """Percent cut off the demand of a road with few households; `after` the same off the grant."""
    after: int | None = None
    minimum: int | None = None
    freed: str = "share_again"
    budget: str = ""

    @property
    def by_weight(self) -> bool:
        return self.method in ("unit_price", "shares")

    def text(self, indent: str = "") -> str:  # noqa: C901 - a line for each thing that may be said
        said = []
        if not self.by_weight:
            said.append("grant: class.share * costs")
        if self.budget:
            said.append(f"budget: {self.budget}")
        if self.cap is not None or self.cap_of_class:
            said.append("caps:")
        if self.cap is not None:
            said.append(f"  - {{code: at-most, most: {self.cap} €}}")
        if self.cap_of_class:
            said.append("  - {code: most-of-class, most: class.most * length}")
        cuts = [(self.before, "demand"), (self.after, "grant")]
        if any(by is not None for by, _ in cuts):
            said.append("reductions:")
        said += [
            f"  - {{code: few-{of}, when: households < 3, by: {by} %, of: {of}}}"
            for by, of in cuts
            if by is not None
        ]
        said += ["allocation:", f"  method: {self.method}", f"  leftover: {self.leftover}"]
        said += [
            f"  redistribute: {'yes' if self.redistribute else 'no'}",
            f"  partial: {self.partial}",
        ]
        if self.by_weight:
            said.append("  weight: class.coefficient * length")
        if self.method == "in_order":
            said.append("  order_by: priority")
        said += ["rounding:", f"  line: {' '.join(self.line)} €"]
        if self.price:
            said.append(f"  unit_price: {' '.join(self.price)} €/km")
        if self.factor:
            said.append(f"  factor: {' '.join(self.factor)} %")
        if self.minimum is not None:
            said.append(f"minimum: {{amount: {self.minimum} €, freed: {self.freed}}}")
        return "".join(f"{indent}{line}\n" for line in said)

    def way(self) -> naive.SharingMethod:
        def rounding(of: tuple[str, str], unit: int = 1) -> naive.Rounding:
            return of[0], STEPS[of[1]] / unit

        return naive.SharingMethod(
            self.method,
            rounding(self.line),
            rounding(self.price) if self.price else None,
            rounding(self.factor, 100) if self.factor else None,
            self.redistribute,
            self.leftover == "largest_remainder",
            self.partial,
            None if self.minimum is None else Fraction(self.minimum),
            self.freed == "share_again",
        )

    def claim(self, id_: str, road: GeneratedRoad, classes: Mapping[str, RoadClass]) -> naive.OracleClaim:
        row, length = classes[road.road_class], Fraction(road.metres, 1000)
        caps = [Fraction(self.cap)] if self.cap is not None else []
        caps += [row.most * length] if self.cap_of_class else []
        ceiling, few = min(caps, default=None), road.households < 3
        if self.by_weight:
            asked = Fraction(row.coefficient) * length
        else:
            asked = Fraction(row.share, 100) * Fraction(road.cents, 100)
            asked = asked if ceiling is None else min(asked, ceiling)
        if few and self.before is not None:
            asked *= 1 - Fraction(self.before, 100)
        cut = Fraction(self.after or 0, 100) if few else Fraction(0)
        return naive.OracleClaim(id_, asked, ceiling, Fraction(road.priority), cut)


@dataclass(frozen=True)
class GeneratedCriteria:
    """A document: one scheme or two, over one table of classes."""

    classes: tuple[RoadClass, RoadClass, RoadClass]
    schemes: tuple[GeneratedScheme, ...]
    reserve: str = ""
    split: bool = True
    """Whether each group of roads has a scheme of its own, or every road may have both."""

    @property
    def rows(self) -> dict[str, RoadClass]:
        return dict(zip(("I", "II", "III"), self.classes, strict=True))

    @property
    def text(self) -> str:
        rows = "".join(
            f"      - {{is: {name}, share: {each.share} %, coefficient: {each.coefficient}, most: {each.most} €/km}}\n"
            for name, each in self.rows.items()
        )
        first, *_ = self.schemes
        if len(self.schemes) == 1:
            schemes = first.text()
        else:
            schemes = "schemes:\n"
            for name, each in zip(("one", "two"), self.schemes, strict=True):
                when = f'    when: group = "{name}"\n' if self.split else ""
                schemes += f"  {name}:\n{when}{each.text('    ')}"
        reserve = f"reserve: {self.reserve}\n" if self.reserve else ""
        return (
            "name: at-random\nprocess: private-road-grant\nadopted: {by: Lautakunta, on: 2026-02-03, section: § 12}\n"
            "inputs:\n  road_class: {type: text, choices: [I, II, III]}\n  length: {type: length}\n"
            "  costs: {type: money}\n  households: {type: count}\n  priority: {type: number}\n"
            "  group: {type: text}\n  allowed: {type: yes_no}\n"
            f"tables:\n  class:\n    by: road_class\n    rows:\n{rows}"
            f"eligibility:\n  - {{code: not-allowed, require: allowed}}\n"
            f"{reserve}{schemes}"
        )

    def run(self, roads: Mapping[str, GeneratedRoad], budget: Decimal | None) -> CalculationResult:
        return calculate(
            compile_rule_set(self.text), budget, [road.demand(id_) for id_, road in roads.items()]
        )

    def claims(self, scheme: GeneratedScheme, roads: Mapping[str, GeneratedRoad]) -> list[naive.OracleClaim]:
        """What each road that the scheme is for brings to it."""
        mine = "one" if scheme is self.schemes[0] else "two"
        every = len(self.schemes) == 1 or not self.split
        return [
            scheme.claim(id_, road, self.rows)
            for id_, road in roads.items()
            if road.allowed and (every or road.group == mine)
        ]

    def naively(
        self, roads: Mapping[str, GeneratedRoad], budget: Decimal | None
    ) -> list[naive.OracleOutcome]:
        """What each scheme comes to by the second implementation. Raises `naive.TooLittle`."""
        whole = left = None if budget is None else Fraction(budget)
        if whole is not None and left is not None:
            held = whole - self._part(self.reserve, whole, "half_up") if self.reserve else whole
            whole = left = max(held, Fraction(0))
        outcomes = {}
        for scheme in sorted(self.schemes, key=lambda each: each.budget == ""):  # the rest comes last
            mine = left
            if scheme.budget and left is not None and whole is not None:
                mine = min(left, self._part(scheme.budget, whole, "down"))
            found = naive.share(scheme.way(), mine, self.claims(scheme, roads))
            outcomes[id(scheme)] = found
            left = None if left is None else left - sum(found.amounts.values())
        return [outcomes[id(each)] for each in self.schemes]

    @staticmethod
    def _part(text: str, whole: Fraction, mode: str) -> Fraction:
        number, unit = text.split()
        return (
            naive.rounded(whole * int(number) / 100, (mode, STEPS["0.01"]))
            if unit == "%"
            else Fraction(number)
        )


# At random -----------------------------------------------------------------------------------------------------------

METRES = st.sampled_from([1200, 510, 3333, 300, 1200, 2000, 9000, 0]) | st.integers(100, 9000)
CENTS = st.sampled_from([100000, 33333, 250050, 100000, 7, 0]) | st.integers(1000, 2_000_000)
BUDGETS = (
    st.sampled_from([100000, 250001, 77777, 3_000_000, 9500, 555555, 40001, 1, 0])
    | st.integers(10_000, 1_000_000)
).map(lambda cents: Decimal(cents).scaleb(-2).quantize(Decimal("0.01")))
PLENTY = Decimal("100000000.00")

roads = st.builds(
    GeneratedRoad,
    st.sampled_from(["I", "II", "III"]),
    METRES,
    CENTS,
    st.integers(0, 6),
    st.integers(1, 3),
    st.sampled_from(["one", "two"]),
    st.sampled_from([True, True, True, True, True, False]),
)


def lists_of_roads(least: int = 0) -> st.SearchStrategy[dict[str, GeneratedRoad]]:
    """Roads by their ids; some of them alike but for the id."""

    def named(found: Sequence[GeneratedRoad]) -> dict[str, GeneratedRoad]:
        return {f"{n * 7 % 10}-{n}": road for n, road in enumerate(found)}

    alike = st.tuples(st.lists(roads, min_size=least, max_size=6), st.integers(0, 3)).map(
        lambda both: [*both[0], *both[0][: both[1]]]
    )
    return alike.map(named)


classes = st.builds(
    RoadClass,
    st.sampled_from([50, 80, 75, 30, 80, 50, 0]),
    st.sampled_from([Decimal(1), Decimal("0.7"), Decimal("1.33"), Decimal(3), Decimal(1), Decimal(0)]),
    st.sampled_from([700, 100, 900, 5000]),
)
MAYBE = st.booleans()
CUTS = st.sampled_from([10, 33, 12, 10, 33, 100])


@st.composite
def schemes(draw: st.DrawFn, methods: Sequence[str]) -> GeneratedScheme:
    def ways(*sizes: str) -> tuple[str, str]:
        return draw(st.sampled_from(MODES)), draw(st.sampled_from(sizes))

    return GeneratedScheme(
        draw(st.sampled_from(methods)),
        ways("0.01", "1", "10"),
        ways("0.5", "1", "10") if draw(MAYBE) else None,
        ways("0.01", "1") if draw(MAYBE) else None,
        draw(MAYBE),
        draw(st.sampled_from(["keep", "largest_remainder"])),
        draw(st.sampled_from(["no", "yes", "skip"])),
        draw(st.none() | st.sampled_from([95, 400, 1234])),
        draw(MAYBE),
        draw(st.none() | CUTS),
        draw(st.none() | CUTS),
        draw(st.sampled_from([None, None, 100, None, 1, 300])),
        draw(st.sampled_from(["share_again", "keep"])),
    )


EVERY_METHOD = ("none", "pro_rata", "unit_price", "shares", "in_order")
WITH_A_BUDGET = EVERY_METHOD[1:]


@st.composite
def criteria(draw: st.DrawFn, methods: Sequence[str] = WITH_A_BUDGET, most: int = 2) -> GeneratedCriteria:
    """A document of each method with all that it may say besides; `most` schemes."""
    found = [draw(schemes(methods)) for _ in range(draw(st.integers(1, most)))]
    if len(found) == 2:
        budget = draw(st.sampled_from(["", "30 %", "100 %", "2000 €"]))
        n = draw(st.integers(0, 1))
        found[n] = replace(found[n], budget=budget)
    return GeneratedCriteria(
        draw(st.tuples(classes, classes, classes)),
        tuple(found),
        draw(st.sampled_from(["", "5 %", "", "10 €", "33 %"])),
        draw(MAYBE),
    )
