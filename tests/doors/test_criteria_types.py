"""Every kind of criteria through the whole chain over HTTP: adopted, applied, calculated, decided, paid or invoiced."""

import pytest

from domain.criteria import ready
from domain.criteria.compiler import read
from tests.conftest import Visit
from tests.doors.chain import Chain
from tests.town import Town


@pytest.mark.parametrize("name", sorted(ready()))
def test_a_ready_document_goes_the_whole_way_over_http(name: str, town: Town, visit: Visit) -> None:
    chain = Chain(town, visit, read(ready()[name]))
    chain.to_decisions()
    chain.check_decisions()
    chain.settle_money()
