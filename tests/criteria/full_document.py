"""One document that uses every construct there is: what is mutated, and what single faults are put into."""

WHOLE = """\
name: whole-of-it
edition: 2
process: private-road-grant
title: {fi: Kaikki, sv: Allt, en: All of it}
adopted:
  by: Elinvoimalautakunta
  on: 2026-02-03
  section: § 12
legal_basis: YksTL 84 §
round:
  year: 2026
  deadline: 2026-04-30 16:00
budget: 30 000 €
reserve: 5 %
renewal: no
inputs:
  length:
    type: length
    from: application.length_m
    unit: m
    text: {fi: Tien pituus, sv: Vägens längd, en: Length of the road}
  costs: {type: money, from: application, text: {fi: Kustannukset, sv: Kostnader, en: Costs}}
  households: {type: count, default: 1, text: {fi: Taloudet, sv: Hushåll, en: Households}}
  road_class:
    type: text
    choices: [I, II, III]
    text: {fi: Luokka, sv: Klass, en: Class}
  share: {type: percent, default: 50 %, text: {fi: Osuus, sv: Andel, en: Share}}
  points: {type: number, from: handler, text: {fi: Pisteet, sv: Poäng, en: Points}}
  open_road: {type: yes_no, text: {fi: Avoin, sv: Öppen, en: Open}}
  built: {type: date, text: {fi: Valmis, sv: Färdig, en: Built}}
  asked: {type: moment, text: {fi: Kysytty, sv: Frågat, en: Asked}}
  last_year: {type: number, from: earlier_cases.last_year, scheme: upkeep, text: {fi: Viimeksi, sv: Senast, en: Last}}
  final_costs: {type: money, from: final_account, text: {fi: Toteuma, sv: Utfall, en: Final costs}}
slots:
  price: {type: money, unit: €/km, preview: 650 €/km, text: {fi: Hinta, sv: Pris, en: Price}}
tables:
  class:
    by: road_class
    rows:
      - {is: I, percent: 80 %, cap: 900 €/km, word: first}
      - {is: [II, III], percent: 75 %, cap: = price + 50 €/km, word: "7"}
    otherwise: reject
    code: no-class
    text: {fi: Ei luokkaa, sv: Ingen klass, en: No class}
  tier:
    by: length
    rows:
      - {up_to: 500 m, weight: 0.5}
      - {above: 500 m, below: 5 km, weight: 1}
      - {from: 5 km, weight: 1.5}
  kind:
    rows:
      - {when: households > 4 and open_road, bonus: 100 €}
      - {when: yes, bonus: 0}
    otherwise: complete
    text: {fi: Ei lajia, sv: Inget slag, en: No kind}
values:
  new_road:
    formula: years(built, 2026-12-31) < 10
    text: Uusi tie
  rate:
    formula: |
      if new_road or not open_road
      then class.percent
      else max(share, 40 %)
    round: half_up 1 %
    text: {fi: Prosentti, sv: Procent, en: Percent}
  weighted: >-
    tier.weight * length
    * (1 + points / 10)
  waited: value_or(last_year, 2000) < round_year - 3 or not given(last_year)
eligibility:
  - code: too-short
    require: length >= 0.3 km
    evidence: map
    text: {fi: Liian lyhyt, sv: För kort, en: Too short}
  - {code: not-in-time, require: "asked <= 2026-05-01 00:00 and days(asked, 2026-12-31) > 0", otherwise: complete, evidence: [minutes, map], text: {fi: Myöhässä, sv: Sent, en: Late}}
evidence:
  - {kind: map, when: length > 1 km}
  - kind: minutes
schemes:
  upkeep:
    text: {fi: Kunnossapito, sv: Underhåll, en: Upkeep}
    when: road_class in ("I", "II") and road_class != "III"
    budget: 60 %
    eligibility:
      - {code: waited-too-little, require: waited, otherwise: manual, text: {fi: Liian pian, sv: För snart, en: Too soon}}
    caps:
      - {code: at-most, most: "min(class.cap * length, 10 000 €)", text: {fi: Enintään, sv: Högst, en: At most}}
    reductions:
      - {code: few, when: households < 3, by: 10 %, of: demand, text: {fi: Vähän, sv: Få, en: Few}}
      - {code: closed, when: not open_road, by: 12.5 %, of: grant, text: {fi: Suljettu, sv: Stängd, en: Closed}}
    allocation: {method: shares, weight: weighted, redistribute: yes, leftover: largest_remainder}
    rounding: {line: down 1 €}
    minimum: {amount: 50 €, freed: share_again}
    evidence:
      - {kind: cost-estimate, when: costs > 1 000 €}
  works:
    text: {fi: Perusparannus, sv: Förbättring, en: Works}
    when: road_class = "III"
    budget: rest
    grant: rate * costs + kind.bonus
    caps:
      - {code: most-of-costs, most: 90 % * costs, text: {fi: Osuus, sv: Andel, en: Share}}
    allocation: {method: pro_rata}
    rounding: {factor: down 0.1 %}
    payment:
      when: on_account
      instalments: 80 %
      final: min(rate * final_costs, grant) - abs(0 € - paid) * 0
    invoice: ceil(costs * 10 %, 1 €)
conditions:
  - {fi: Tie pidetään avoinna, sv: Vägen hålls öppen, en: The road is kept open}
examples:
  - name: both schemes
    budget: 30 000 €
    slots: {price: 700 €/km}
    lines:
      - {id: a, length: 1500, costs: 2000, households: 2, road_class: I, points: 3, open_road: yes, built: 2020-01-01, asked: 2026-03-01 12:00, gives: 1350 €}
      - {id: b, length: "2,5 km", costs: 5 000 €, road_class: III, share: 60 %, points: 0, open_road: no, built: 1.6.2019, asked: 2026-03-01 12:00, gives: 3750 €}
      - {id: c, length: 200 m, costs: 10, road_class: I, points: 1, open_road: yes, built: 1999-01-01, asked: 2026-03-01 12:00, gives: rejected too-short}
      - {id: d, length: 900 m, costs: 10, road_class: II, open_road: yes, built: 1999-01-01, asked: 2026-03-01 12:00, gives: manual ask-points}
    total: 5100 €
    unallocated: 24900 €
"""
