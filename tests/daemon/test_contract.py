"""The OpenAPI contract, tried with made-up requests: no crash, no undocumented answer, no lie."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from tests.daemon.house import Running

load_all_checks()
# Well-formed requests that name files and jobs which are not there are answered with 4xx: that says
# nothing against the schema
LEFT_OUT = CHECKS.get_by_names(["positive_data_acceptance"])


@pytest.fixture(scope="module")
def contract(daemon: Running) -> Any:
    return schemathesis.openapi.from_url(f"{daemon.url}/openapi.json", headers=daemon.headers)


made_up = schemathesis.pytest.from_fixture("contract")


@made_up.parametrize()
@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_contract(daemon: Running, case: schemathesis.Case) -> None:
    case.call_and_validate(headers=daemon.headers, excluded_checks=LEFT_OUT)
