"""Every kind of criteria through the whole chain over HTTP: adopted, applied, calculated, decided, paid or invoiced."""

import pytest

from domain.criteria import ready_criteria
from domain.criteria.compiler import compile_rule_set
from tests.conftest import ClientFactory
from tests.http.round_over_http import RoundOverHttp
from tests.live_municipality import LiveMunicipality


@pytest.mark.parametrize("name", sorted(ready_criteria()))
def test_a_ready_document_goes_the_whole_way_over_http(
    name: str, municipality: LiveMunicipality, client_for: ClientFactory
) -> None:
    chain = RoundOverHttp(municipality, client_for, compile_rule_set(ready_criteria()[name]))
    chain.to_decisions()
    chain.check_decisions()
    chain.settle_money()
