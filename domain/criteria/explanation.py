"""A criteria document as plain text for the board: what is asked, who is eligible, how a grant comes about, in fi, sv, en."""

from collections.abc import Iterator, Mapping

from domain.criteria import document as d
from domain.criteria.application_fields import ApplicationFields
from domain.criteria.criteria_texts import ROUNDED, CriteriaTexts, localized
from domain.criteria.document import readable, text_in_language
from domain.criteria.expression import Expression, MissingInput
from domain.criteria.ruleset import CompiledScheme, CompiledTable, RuleSet
from domain.criteria.units import CENTS, FormulaValue, Rounding

EXPLANATION_TEXTS = {
    "adopted": {"fi": "Hyväksynyt {title}. Oikeusperuste: {basis}.", "sv": "Godkänt av {title}. Rättsgrund: {basis}.", "en": "Adopted by {title}. Legal basis: {basis}."},
    "deadline": {"fi": "Hakuaika päättyy {deadline}.", "sv": "Ansökningstiden går ut {deadline}.", "en": "Applications are in time until {deadline}."},
    "renewal": {"fi": "Aiemmin myönnetty avustus jatkuu ilman uutta hakemusta.", "sv": "Ett tidigare beviljat bidrag fortsätter utan ny ansökan.", "en": "A grant of the earlier round goes on without a new application."},
    "asked": {"fi": "Mitä kysytään", "sv": "Vad som frågas", "en": "What is asked"},
    "application": {"fi": "hakemuksessa", "sv": "i ansökan", "en": "in the application"},
    "handler": {"fi": "käsittelijä arvioi", "sv": "handläggaren bedömer", "en": "a person judges"},
    "earlier_cases": {"fi": "aiemmista päätöksistä", "sv": "ur tidigare beslut", "en": "from earlier decisions"},
    "final_account": {"fi": "lopputilityksessä", "sv": "i slutredovisningen", "en": "in the final account"},
    "slots": {"fi": "Mitä toimielin vahvistaa myöhemmin", "sv": "Vad organet fastställer senare", "en": "What the board fixes later"},
    "preview": {"fi": "{label} (ennakkolaskelmassa {preview})", "sv": "{label} (i förhandskalkylen {preview})", "en": "{label} ({preview} in a preview)"},
    "conditions": {"fi": "Myöntämisen ehdot", "sv": "Villkor för bidrag", "en": "Who is eligible"},
    "reject": {"fi": "muuten hakemus hylätään: {text}", "sv": "annars avslås ansökan: {text}", "en": "otherwise the application is rejected: {text}"},
    "complete": {"fi": "muuten pyydetään täydennystä: {text}", "sv": "annars begärs komplettering: {text}", "en": "otherwise completion is requested: {text}"},
    "manual": {"fi": "muuten käsittelijä ratkaisee: {text}", "sv": "annars avgör handläggaren: {text}", "en": "otherwise a person decides: {text}"},
    "tables": {"fi": "Taulukot", "sv": "Tabeller", "en": "Tables"},
    "row": {"fi": "kun {holds}: {cells}", "sv": "när {holds}: {cells}", "en": "where {holds}: {cells}"},
    "values": {"fi": "Laskettavat arvot", "sv": "Värden som beräknas", "en": "Values that are counted"},
    "grant": {"fi": "Avustus", "sv": "Bidraget", "en": "The grant"},
    "when": {"fi": "Koskee, kun {when}.", "sv": "Gäller när {when}.", "en": "Applies where {when}."},
    "formula": {"fi": "Avustus on {formula}.", "sv": "Bidraget är {formula}.", "en": "The grant is {formula}."},
    "cap": {"fi": "Enintään {most} ({text}).", "sv": "Högst {most} ({text}).", "en": "At most {most} ({text})."},
    "cut": {"fi": "Kun {when}, {what} vähennetään {by} ({text}).", "sv": "När {when} minskas {what} med {by} ({text}).", "en": "Where {when}, {what} is cut by {by} ({text})."},
    "demand": {"fi": "jakoon tulevaa avustusta", "sv": "bidraget före fördelningen", "en": "what is brought to the sharing"},
    "of-grant": {"fi": "myönnettävää avustusta", "sv": "det bidrag som beviljas", "en": "the grant itself"},
    "none": {"fi": "Avustus myönnetään täysimääräisenä; määrärahan on riitettävä.", "sv": "Bidraget beviljas till fullo; anslaget ska räcka.", "en": "Granted in full; the budget must be enough."},
    "pro_rata": {"fi": "Jos määräraha ei riitä, kaikkia avustuksia pienennetään samassa suhteessa.", "sv": "Om anslaget inte räcker minskas alla bidrag i samma proportion.", "en": "If the budget is not enough, all grants are cut in the same proportion."},
    "unit_price": {"fi": "Määräraha jaetaan perusteella {weight}: yksikköhinta on määräraha jaettuna perusteiden summalla, ja avustus on peruste kertaa yksikköhinta.", "sv": "Anslaget fördelas enligt {weight}: enhetspriset är anslaget delat med summan av grunderna, och bidraget är grunden gånger enhetspriset.", "en": "The budget is shared by {weight}: the unit price is the budget divided by the sum of these, and the grant is this times the unit price."},
    "shares": {"fi": "Määräraha jaetaan suhteessa: {weight}.", "sv": "Anslaget fördelas i proportion till {weight}.", "en": "The budget is shared in proportion to {weight}."},
    "in_order": {"fi": "Avustukset myönnetään järjestyksessä ({order}) niin kauan kuin määräraha riittää.", "sv": "Bidragen beviljas i ordning ({order}) så länge anslaget räcker.", "en": "Grants are made in the order of {order} as long as the budget lasts."},
    "partial-no": {"fi": "Ensimmäinen, jolle määräraha ei riitä, ja kaikki sen jälkeiset jäävät ilman.", "sv": "Den första som anslaget inte räcker till och alla efter den blir utan.", "en": "The first that does not fit and all behind it get nothing."},
    "partial-yes": {"fi": "Ensimmäinen, jolle määräraha ei riitä, saa sen, mitä on jäljellä.", "sv": "Den första som anslaget inte räcker till får det som är kvar.", "en": "The first that does not fit gets what is left."},
    "partial-skip": {"fi": "Se, jolle määräraha ei riitä, ohitetaan.", "sv": "Den som anslaget inte räcker till förbigås.", "en": "Whoever does not fit is passed over."},
    "redistribute": {"fi": "Enimmäismäärien yli menevä osuus jaetaan muille.", "sv": "Det som överskrider maximibeloppen fördelas på de övriga.", "en": "What a ceiling cuts off is shared among the others."},
    "remainder": {"fi": "Pyöristyksen jakojäännös annetaan niille, joilta pyöristys vei eniten.", "sv": "Avrundningens rest ges dem som avrundningen tog mest av.", "en": "What rounding leaves goes to those whom it took most from."},
    "rounded-line": {"fi": "Avustus pyöristetään {how}.", "sv": "Bidraget avrundas {how}.", "en": "The grant is {how}."},
    "rounded-price": {"fi": "Yksikköhinta pyöristetään {how}.", "sv": "Enhetspriset avrundas {how}.", "en": "The unit price is {how}."},
    "rounded-factor": {"fi": "Jakokerroin pyöristetään {how}.", "sv": "Koefficienten avrundas {how}.", "en": "The factor is {how}."},
    "minimum": {"fi": "Alle {amount} avustusta ei myönnetä.", "sv": "Bidrag under {amount} beviljas inte.", "en": "Nothing below {amount} is granted."},
    "share_again": {"fi": "Vapautuva määräraha jaetaan muille.", "sv": "Det anslag som frigörs fördelas på de övriga.", "en": "What this frees is shared among the others."},
    "keep": {"fi": "Vapautuva määräraha jää jakamatta.", "sv": "Det anslag som frigörs fördelas inte.", "en": "What this frees is left over."},
    "on_account": {"fi": "Avustus maksetaan hyväksyttyjen kustannusten mukaan lopputilityksen jälkeen.", "sv": "Bidraget betalas enligt godkända kostnader efter slutredovisningen.", "en": "The grant is paid on approved costs after a final account."},
    "instalments": {"fi": "Työn aikana voidaan maksaa enintään {share} avustuksesta.", "sv": "Under arbetet kan högst {share} av bidraget betalas.", "en": "During the works at most {share} of it may be paid."},
    "final": {"fi": "Lopullinen avustus on {formula}, enintään päätetty määrä.", "sv": "Det slutliga bidraget är {formula}, högst det beviljade beloppet.", "en": "The final grant is {formula}, never above what was decided."},
    "invoice": {"fi": "Kunta tekee työn ja laskuttaa tiekunnalta {formula}.", "sv": "Kommunen utför arbetet och fakturerar väglaget {formula}.", "en": "The municipality does the work and invoices {formula}."},
    "rest": {"fi": "Käytettävissä on se, mitä muilta avustuslajeilta jää.", "sv": "Till förfogande står det som blir kvar av de andra bidragsslagen.", "en": "What the other schemes leave is available."},
    "budget": {"fi": "Määräraha on {budget}.", "sv": "Anslaget är {budget}.", "en": "The budget is {budget}."},
    "reserve": {"fi": "Oikaisuvaatimuksia varten varataan {reserve}.", "sv": "För omprövningar reserveras {reserve}.", "en": "{reserve} is held back for claims."},
    "evidence": {"fi": "Hakemukseen liitetään: {kinds}.", "sv": "Till ansökan fogas: {kinds}.", "en": "Attached to the application: {kinds}."},
    "shown-by": {"fi": "Selvitys: {kinds}.", "sv": "Utredning: {kinds}.", "en": "Shown by: {kinds}."},
    "together": {"fi": "Avustuslajit yhteensä", "sv": "Bidragsslagen sammanlagt", "en": "All schemes together"},
    "decision": {"fi": "Päätöksen ehdot", "sv": "Villkor i beslutet", "en": "Conditions of the decision"},
}  # fmt: skip


class NoInputs:
    """A line of nobody: every name is told by what it is called."""

    def look(self, name: str) -> FormulaValue:
        raise MissingInput(name)

    def has(self, name: str) -> bool:  # noqa: ARG002 - nobody has given anything, whatever it is called
        return False

    def seen(self, name: str) -> bool:  # noqa: ARG002 - nobody has given anything, whatever it is called
        return False


class Explanation:
    """One rule set told in one language."""

    def __init__(self, rules: RuleSet, language: str, applications: Mapping[str, ApplicationFields]) -> None:
        known = applications.get(rules.document.process, ApplicationFields())
        self.evidence = {kind: titles[language].lower() for kind, titles in known.attachments.items()}
        self.rules, self.language, self.told = rules, language, CriteriaTexts(rules, language)

    def say(self, code: str, **values: str) -> str:
        return EXPLANATION_TEXTS[code][self.language].format(**values)

    def formula(self, of: Expression) -> str:
        """A formula with its names told by their labels."""
        return self.told.named(localized(of.shown(NoInputs()), self.language))

    def lines(self) -> Iterator[str]:
        """The whole text; a heading begins with #, an entry with a hyphen."""
        document = self.rules.document
        yield f"# {text_in_language(document.title, self.language, readable(document.name))}"
        yield self.say("adopted", title=self.rules.title, basis=document.legal_basis)
        if self.rules.deadline is not None:
            yield self.say("deadline", deadline=f"{self.rules.deadline:%-d.%-m.%Y %-H.%M}")
        if document.renewal:
            yield self.say("renewal")
        if document.budget:
            yield self.say("budget", budget=localized(document.budget, self.language))
        if document.reserve:
            yield self.say("reserve", reserve=localized(document.reserve, self.language))
        yield from self.inputs()
        yield from self.conditions(self.rules.rules)
        yield from self.tables()
        yield from self.values()
        for scheme in self.rules.schemes:
            yield from self.scheme(scheme)
        yield from self.on_the_whole()
        if document.conditions:
            yield from ("", f"## {self.say('decision')}")
            yield from (f"- {text_in_language(each, self.language, '')}" for each in document.conditions)

    def on_the_whole(self) -> Iterator[str]:
        """What holds for the sum of the schemes."""
        whole, minimum = self.rules.on_the_whole, self.rules.document.minimum
        if whole.caps or whole.minimum is not None:
            yield from ("", f"## {self.say('together')}")
        for cap, most in whole.caps:
            yield self.say("cap", most=self.formula(most), text=self.told.label(cap.code))
        if whole.minimum is not None and minimum is not None:
            yield f"{self.say('minimum', amount=self.formula(whole.minimum))} {self.say(minimum.freed)}"

    def inputs(self) -> Iterator[str]:
        yield from ("", f"## {self.say('asked')}")
        for name, spec in self.rules.document.inputs.items():
            source = spec.source.partition(".")[0]
            yield f"- {self.told.label(name)} ({self.say(source)})"
        if self.rules.document.slots:
            yield from ("", f"## {self.say('slots')}")
        for name, slot in self.rules.document.slots.items():
            label = self.told.label(name)
            preview = localized(slot.preview or "", self.language)
            yield f"- {self.say('preview', label=label, preview=preview) if preview else label}"

    def conditions(self, rules: tuple[tuple[d.Rule, Expression], ...]) -> Iterator[str]:
        if rules:
            yield from ("", f"## {self.say('conditions')}")
        for rule, require in rules:
            yield self.condition(rule, require)

    def condition(self, rule: d.Rule, require: Expression) -> str:
        """What is required, what failing does, and what shows it."""
        otherwise = self.say(rule.otherwise, text=self.told.label(rule.code))
        kinds = ", ".join(self.evidence.get(kind, readable(kind)) for kind in rule.evidence)
        shown = f" {self.say('shown-by', kinds=kinds)}" if kinds else ""
        return f"- {self.formula(require)}; {otherwise}.{shown}"

    def tables(self) -> Iterator[str]:
        if self.rules.tables:
            yield from ("", f"## {self.say('tables')}")
        for name, table in self.rules.tables.items():
            yield from self.table(name, table)

    def table(self, name: str, table: CompiledTable) -> Iterator[str]:
        by = f", {self.formula(table.by)}" if table.by is not None else ""
        yield f"{readable(name)}{by}:"
        for row in table.rows:
            cells = ", ".join(
                f"{readable(column)} {self.formula(cell)}" for column, cell in row.cells.items()
            )
            holds = localized(row.label, self.language) if table.by is not None else self.formula(row.holds)
            yield f"- {self.say('row', holds=holds, cells=cells)}"
        yield f"- {self.say(table.spec.otherwise, text=self.told.reason(table.code))}."

    def values(self) -> Iterator[str]:
        if self.rules.values:
            yield from ("", f"## {self.say('values')}")
        for name, value in self.rules.values.items():
            rounded = f" ({self.rounded(value.rounding)})" if value.rounding else ""
            yield f"- {self.told.label(name)} = {self.formula(value.formula)}{rounded}"

    def rounded(self, rounding: Rounding) -> str:
        _, _, step = rounding.text.partition(" ")
        return ROUNDED[rounding.mode][self.language].format(step=localized(step, self.language))

    def scheme(self, scheme: CompiledScheme) -> Iterator[str]:
        several = len(self.rules.schemes) > 1
        yield from ("", f"## {self.told.label(scheme.name) if several else self.say('grant')}")
        if scheme.when is not None:
            yield self.say("when", when=self.formula(scheme.when))
        if several and scheme.budget is None:
            yield self.say("rest")
        elif scheme.spec.budget and several:
            yield self.say("budget", budget=localized(scheme.spec.budget, self.language))
        for rule, require in scheme.rules:
            yield self.condition(rule, require)
        if scheme.grant is not None:
            yield self.say("formula", formula=self.formula(scheme.grant))
        for cap, most in scheme.caps:
            yield self.say("cap", most=self.formula(most), text=self.told.label(cap.code))
        for cut, when, by in scheme.reductions:
            what = self.say("demand" if cut.of == "demand" else "of-grant")
            yield self.say(
                "cut", when=self.formula(when), what=what, by=self.formula(by), text=self.told.label(cut.code)
            )
        yield from self.sharing(scheme)
        yield from self.paying(scheme)

    def sharing(self, scheme: CompiledScheme) -> Iterator[str]:
        spec = scheme.spec.allocation
        weight = self.formula(scheme.weight) if scheme.weight is not None else ""
        order = "; ".join(map(self.formula, scheme.order_by))
        yield self.say(spec.method, weight=weight, order=order)
        if spec.redistribute:
            yield self.say("redistribute")
        if spec.method == "in_order":
            yield self.say(f"partial-{spec.partial}")
        if spec.leftover == "largest_remainder":
            yield self.say("remainder")
        if scheme.line.text != CENTS.text:
            yield self.say("rounded-line", how=self.rounded(scheme.line))
        if scheme.unit_price is not None:
            yield self.say("rounded-price", how=self.rounded(scheme.unit_price))
        if scheme.factor is not None:
            yield self.say("rounded-factor", how=self.rounded(scheme.factor))
        if scheme.minimum is not None and scheme.spec.minimum is not None:
            freed = "" if spec.method == "none" else f" {self.say(scheme.spec.minimum.freed)}"
            yield f"{self.say('minimum', amount=self.formula(scheme.minimum))}{freed}"

    def paying(self, scheme: CompiledScheme) -> Iterator[str]:
        if scheme.spec.payment.when == "on_account":
            yield self.say("on_account")
        if scheme.instalments is not None:
            yield self.say("instalments", share=self.formula(scheme.instalments))
        if scheme.final is not None:
            yield self.say("final", formula=self.formula(scheme.final))
        if scheme.invoice is not None:
            yield self.say("invoice", formula=self.formula(scheme.invoice))
        kinds = [kind for kind, _ in (*self.rules.evidence, *scheme.evidence)]
        if kinds:
            yield self.say(
                "evidence",
                kinds=", ".join(self.evidence.get(kind, readable(kind)) for kind in dict.fromkeys(kinds)),
            )


def explain_criteria(rules: RuleSet, language: str, applications: Mapping[str, ApplicationFields]) -> str:
    """The document as plain text, in fi, sv or en; attachments by their titles, where its process is one of those known."""
    return "\n".join(Explanation(rules, language, applications).lines()) + "\n"
