"""The ports on AWS keep the same contracts as the local ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from botocore.credentials import ReadOnlyCredentials

from adapters.aws.dynamodb_calls import DynamoDbCalls
from adapters.aws.dynamodb_ledger import DynamoDbLedger
from adapters.aws.lambda_invoker import LambdaInvoker
from adapters.aws.s3_calls import S3Calls
from adapters.aws.s3_results import S3ResultStore
from adapters.aws.s3_table_links import S3TableLinks
from adapters.aws.s3_tables import S3PointTables
from adapters.remote.http import Http
from adapters.remote.remote_tables import RemoteTables
from adapters.remote.signed_api import SignedApi
from tests.contract.ledger_contract import LedgerContract, LedgerFixtures
from tests.contract.ledger_of_claims_contract import LedgerOfClaimsContract
from tests.contract.point_tables_contract import PointTablesContract
from tests.contract.result_store_contract import ResultStoreContract
from tests.contract.shard_invoker_contract import Received, ShardInvokerContract
from tests.fakes.api import ApiDesk
from tests.fakes.aws import (
    dynamodb,
    dynamodb_by_boto,
    dynamodb_by_curl,
    make_table,
    moto_server,
    s3,
    s3_by_boto,
    s3_by_curl,
)
from tests.fakes.clock import HandClock
from tests.fakes.deployed_api import API, DeployedApi
from tests.fakes.lambda_stub import WAYS, LambdaStub, invoker_of

# The end-to-end tests run these adapters in the deployed functions, on the Python of those.
pytestmark = pytest.mark.one_python

_numbers = count()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Yield the address of one server for all tests; each test has its own table or bucket."""
    with moto_server() as address:
        yield address


class DynamoDbLedgers(LedgerFixtures):
    """Two ledgers of one table; `calls` makes the client of each."""

    calls: Callable[[str], DynamoDbCalls]

    @pytest.fixture
    def table(self, endpoint: str) -> str:
        """Return the name of a new table."""
        name = f"ledger-{next(_numbers)}"
        make_table(dynamodb(endpoint), name)
        return name

    @pytest.fixture
    def ledger(self, clock: HandClock, endpoint: str, table: str) -> DynamoDbLedger:
        """Return a ledger on a new table."""
        return DynamoDbLedger(type(self).calls(endpoint), table, clock, retention_days=30)

    @pytest.fixture
    def other(self, clock: HandClock, endpoint: str, table: str) -> DynamoDbLedger:
        """Return a second ledger on the same table."""
        return DynamoDbLedger(type(self).calls(endpoint), table, clock, retention_days=30)


@pytest.mark.long
class TestDynamoDbLedgerByBoto(DynamoDbLedgers, LedgerContract):
    """By boto3. The ledger is the same, and so are most of its calls: short is the rules of claims."""

    calls = staticmethod(dynamodb_by_boto)


class TestDynamoDbClaimsByBoto(DynamoDbLedgers, LedgerOfClaimsContract):
    """By boto3, what depends most on how a client tells a condition that fails from a call that does."""

    calls = staticmethod(dynamodb_by_boto)


class TestDynamoDbLedgerByCurl(DynamoDbLedgers, LedgerContract):
    """By libcurl."""

    calls = staticmethod(dynamodb_by_curl)


class S3ResultStoreContract(ResultStoreContract):
    """Two stores of one bucket; `calls` makes the client of each."""

    calls: Callable[[str], S3Calls]

    @pytest.fixture
    def bucket(self, endpoint: str) -> str:
        """Return the name of a new bucket."""
        name = f"results-{next(_numbers)}"
        s3(endpoint).create_bucket(Bucket=name)
        return name

    @pytest.fixture
    def store(self, endpoint: str, bucket: str) -> S3ResultStore:
        """Return a store on a new bucket."""
        return S3ResultStore(type(self).calls(endpoint), bucket, lambda: s3(endpoint))

    @pytest.fixture
    def other(self, endpoint: str, bucket: str) -> S3ResultStore:
        """Return a second store on the same bucket."""
        return S3ResultStore(type(self).calls(endpoint), bucket, lambda: s3(endpoint))


class TestS3ResultStoreByBoto(S3ResultStoreContract):
    """By boto3."""

    calls = staticmethod(s3_by_boto)


class TestS3ResultStoreByCurl(S3ResultStoreContract):
    """By libcurl."""

    calls = staticmethod(s3_by_curl)


class S3PointTablesContract(PointTablesContract):
    """Two stores of one bucket; `calls` makes the client of each."""

    calls: Callable[[str], S3Calls]

    @pytest.fixture
    def bucket(self, endpoint: str) -> str:
        """Return the name of a new bucket."""
        name = f"tables-{next(_numbers)}"
        s3(endpoint).create_bucket(Bucket=name)
        return name

    @pytest.fixture
    def tables(self, endpoint: str, bucket: str) -> S3PointTables:
        """Return a store on a new bucket."""
        return S3PointTables(type(self).calls(endpoint), bucket)

    @pytest.fixture
    def other(self, endpoint: str, bucket: str) -> S3PointTables:
        """Return a second store on the same bucket."""
        return S3PointTables(type(self).calls(endpoint), bucket)


class TestS3PointTablesByBoto(S3PointTablesContract):
    """By boto3."""

    calls = staticmethod(s3_by_boto)


class TestS3PointTablesByCurl(S3PointTablesContract):
    """By libcurl."""

    calls = staticmethod(s3_by_curl)


class TestTablesByTheApi(S3PointTablesContract):
    """Two clients of an API that links to a bucket."""

    calls = staticmethod(s3_by_curl)

    @pytest.fixture
    def client(self, endpoint: str, bucket: str) -> Iterator[Callable[[Path], RemoteTables]]:
        """Yield what makes a client that keeps what it fetches in a folder."""
        links = S3TableLinks(s3_by_curl(endpoint), bucket, lambda: s3(endpoint))
        http, key = Http(authorities=True), ReadOnlyCredentials("key", "secret", None)
        with DeployedApi(ApiDesk(tables=links)) as server:
            api = SignedApi(server.url + API, "us-east-1", lambda: key, http)
            yield lambda folder: RemoteTables(api, http, folder)
            http.close()

    @pytest.fixture
    def tables(self, client: Callable[[Path], RemoteTables], tmp_path: Path) -> RemoteTables:
        """Return a client of an empty store."""
        return client(tmp_path / "one")

    @pytest.fixture
    def other(self, client: Callable[[Path], RemoteTables], tmp_path: Path) -> RemoteTables:
        """Return a client of another machine."""
        return client(tmp_path / "other")


class TestLambdaInvoker(ShardInvokerContract):
    """A stub that answers as Lambda does."""

    @pytest.fixture(params=WAYS)
    def stub(self, request: pytest.FixtureRequest) -> Iterator[LambdaStub]:
        """Yield a stub that accepts every shard, for each way to invoke it."""
        with LambdaStub(request.param) as stub:
            yield stub

    @pytest.fixture
    def invoker(self, stub: LambdaStub) -> LambdaInvoker:
        """Return an invoker of the stub."""
        return invoker_of(stub)

    @pytest.fixture
    def received(self, stub: LambdaStub) -> Received:
        """Return a function that lists the shards that the stub has accepted."""
        return lambda: [payload["shard"]["number"] for payload in stub.accepted]

    @pytest.fixture
    def broken(self, stub: LambdaStub) -> LambdaInvoker:
        """Return an invoker of a function that does not exist."""
        stub.script = lambda _: (404, "ResourceNotFoundException")
        return invoker_of(stub)
