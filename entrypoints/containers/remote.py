"""The command line with a deployed stack."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from application.find_sweep import FindSweep
from application.place import Place
from application.submit_once import SubmitOnce
from application.sweeps import Sweeps
from entrypoints.containers.injector import containers, providers

if TYPE_CHECKING:
    from botocore.session import Session

    from adapters.machine.key_files import KeyFiles
    from adapters.machine.latest_file import LatestFile
    from adapters.remote.account import Account
    from adapters.remote.fetched_results import FetchedResults
    from adapters.remote.http import Http
    from adapters.remote.remote_tables import RemoteTables
    from adapters.remote.signed_api import SignedApi
    from adapters.remote.stack import Deployed
    from adapters.remote.stack_checks import StackChecks

_APPLICATION = "serverless-sweep"
# In seconds, between two pieces of an object: so long an interrupted command may wait for a store that hangs.
_PATIENCE = 10.0
# Beside the folders of sweeps; no id of a sweep begins with a dot.
_TABLES = ".tables"
# In characters of a digest, which tells apart stacks of the same name.
_DIGEST = 12


def _session(account: Account) -> Session:
    return account.session()


def _authorities(session: Session) -> str | bool:
    from adapters.remote.account import authorities_of

    return authorities_of(session)


def _stack(account: Account, session: Session, name: str, authorities: str | bool) -> Deployed:  # noqa: FBT001 - botocore's own form
    from adapters.remote.stack import find_stack

    return find_stack(account, session, name, authorities)


def _api(session: Session, stack: Deployed, authorities: str | bool) -> SignedApi:  # noqa: FBT001 - likewise
    from adapters.remote.account import credentials_of
    from adapters.remote.http import Http
    from adapters.remote.signed_api import SignedApi

    return SignedApi(stack.api, stack.region, lambda: credentials_of(session), Http(authorities))


def _tables(api: SignedApi, http: Http, stack: Deployed) -> RemoteTables:
    from platformdirs import user_cache_path

    from adapters.remote.remote_tables import RemoteTables

    return RemoteTables(api, http, user_cache_path(_APPLICATION) / _own_folder(stack) / _TABLES)


def _sweeps(api: SignedApi, tables: RemoteTables) -> Sweeps:
    from adapters.remote.remote_sweeps import RemoteSweeps, bundled

    return bundled(RemoteSweeps(api, tables))


def _own_folder(stack: Deployed) -> str:
    """Return the name of a folder for what is kept of one stack: its API tells it from others of the same name."""
    digest = hashlib.sha256(stack.api.encode()).hexdigest()[:_DIGEST]
    return f"{stack.name}-{stack.region}-{digest}"


def _keys(stack: Deployed) -> KeyFiles:
    from adapters.machine.key_files import KeyFiles

    return KeyFiles(_state(stack) / "pending")


def _latest(stack: Deployed) -> LatestFile:
    from adapters.machine.latest_file import LatestFile

    return LatestFile(_state(stack) / "latest")


def _state(stack: Deployed) -> Path:
    from platformdirs import user_state_path

    return user_state_path(_APPLICATION) / _own_folder(stack)


def _http(authorities: str | bool) -> Http:  # noqa: FBT001 - botocore's own form
    from adapters.remote.http import Http, Timeouts

    return Http(authorities, Timeouts(read=_PATIENCE))


def _files(sweeps: Sweeps, stack: Deployed, http: Http) -> FetchedResults:
    from platformdirs import user_cache_path

    from adapters.remote.fetched_results import FetchedResults

    return FetchedResults(sweeps, http, user_cache_path(_APPLICATION) / _own_folder(stack))


def _checks(
    account: Account,
    session: Callable[[], Session],
    authorities: Callable[[], str | bool],
    stack: Callable[[], Deployed],
    api: Callable[[], SignedApi],
    sweeps: Callable[[], Sweeps],
) -> StackChecks:
    from adapters.machine.clock import SystemClock
    from adapters.remote.stack_checks import StackChecks

    return StackChecks(account, session, authorities, stack, api, sweeps, SystemClock())


class RemoteContainer(containers.DeclarativeContainer):
    """`account` says whose stack it is, `name` which; `words` are what a command line needs to mean it again."""

    account: providers.Dependency[Account] = providers.Dependency()
    name: providers.Dependency[str] = providers.Dependency(instance_of=str)
    words: providers.Dependency[tuple[str, ...]] = providers.Dependency(instance_of=tuple, default=())

    session: providers.Provider[Session] = providers.Singleton(_session, account)
    authorities: providers.Provider[str | bool] = providers.Singleton(_authorities, session)
    stack: providers.Provider[Deployed] = providers.Singleton(_stack, account, session, name, authorities)
    api: providers.Provider[SignedApi] = providers.Singleton(_api, session, stack, authorities)
    http: providers.Provider[Http] = providers.Singleton(_http, authorities)
    tables: providers.Provider[RemoteTables] = providers.Singleton(_tables, api, http, stack)
    sweeps: providers.Provider[Sweeps] = providers.Singleton(_sweeps, api, tables)
    latest: providers.Provider[LatestFile] = providers.Singleton(_latest, stack)
    find_sweep: providers.Provider[FindSweep] = providers.Singleton(FindSweep, sweeps, latest)
    files: providers.Provider[FetchedResults] = providers.Singleton(_files, sweeps, stack, http)
    checks: providers.Provider[StackChecks] = providers.Singleton(
        _checks, account, session.provider, authorities.provider, stack.provider, api.provider, sweeps.provider
    )
    place: providers.Provider[Place] = providers.Singleton(
        Place,
        name,
        words,
        sweeps,
        providers.Singleton(SubmitOnce, sweeps.provided.submit, providers.Singleton(_keys, stack), tables),
        find_sweep,
        files,
    )
