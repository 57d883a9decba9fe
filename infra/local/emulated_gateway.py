"""The emulator's application as a stack runs it: where API Gateway answers otherwise, this answers as API Gateway.

1. AWS accepts a signature only for the service execute-api and the API's own region. The emulator accepts any.
2. AWS answers a caller without permission, and a request whose function crashed or was throttled, by the API's gateway
   responses. The emulator answers with texts of its own, one of which quotes the function's exception.

The emulator's process loads this file by its path, and sees nothing else of the project. What the emulator answers
otherwise and this leaves as it is, docs/deploy.md lists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack import app as emulator
from ministack.core import iam_actions
from ministack.core.iam_evaluator import AuthError
from ministack.core.sigv4 import HeaderSignature, parse_header_signature, parse_query_signature
from ministack.services import apigateway_v1 as gateway

SERVICE = "execute-api"
ACTION = f"{SERVICE}:Invoke"
DENIED = "AccessDenied"
SIGNED = "AWS4-HMAC-SHA256"

Function = Callable[..., Any]


class _NotAllowedError(Exception):
    """The caller may not call the API."""


class _CrashedError(Exception):
    """The function behind the API did not answer."""


def _authorizing(authorize: Function) -> Function:
    def checked(api: str, stage: str, method: str, path: str, headers: Any, query: Any, **more: Any) -> Any:  # noqa: ANN401 - the emulator's
        failure = _misplaced(api, headers, query)
        try:
            refused = None if failure else authorize(api, stage, method, path, headers, query, **more)
        except _NotAllowedError as error:
            failure = AuthError(DENIED, str(error))
        return gateway.authentication_error_response(api, stage, failure, headers, query) if failure else refused

    return checked


def _misplaced(api: str, headers: Any, query: Any) -> AuthError | None:  # noqa: ANN401 - the emulator's
    """Return what AWS says of a signature for another service or region; nothing of any other."""
    in_header = headers.get("authorization", "").startswith(SIGNED)
    signature = parse_header_signature(headers) if in_header else parse_query_signature(query)
    scope = gateway.find_api_scope(api)
    if not isinstance(signature, HeaderSignature) or scope is None:
        return None
    if signature.service != SERVICE:
        return AuthError("SignatureDoesNotMatch", f"Credential should be scoped to correct service: '{SERVICE}'. ")
    if signature.region != scope[1]:
        message = f"Credential should be scoped to a valid Region, not '{signature.region}'. "
        return AuthError("SignatureDoesNotMatch", message)
    return None


def _denying(deny: Function) -> Function:
    def denied(service: str, action: str, principal: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - the emulator's
        if action == ACTION:
            raise _NotAllowedError(f"User: {principal} is not authorized to perform: {action}")
        return deny(service, action, principal, *rest, **more)

    return denied


def _reading(read: Function) -> Function:
    def answer(result: Any) -> Any:  # noqa: ANN401 - the emulator's
        if result.get("error") or result.get("throttle"):
            raise _CrashedError
        return read(result)

    return answer


def _invoking(invoke: Function) -> Function:
    async def invoked(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 - the emulator's
        try:
            return await invoke(*arguments, **more)
        except _CrashedError:
            return gateway._gw_error("DEFAULT_5XX", "Internal server error")  # noqa: SLF001 - it has no public name

    return invoked


def _replace(module: Any, name: str, wrap: Callable[[Function], Function]) -> None:  # noqa: ANN401 - a module without types
    setattr(module, name, wrap(getattr(module, name)))


_replace(emulator, "_enforce_execute_api", _authorizing)
_replace(iam_actions, "access_denied_response", _denying)
_replace(gateway, "_lambda_proxy_response", _reading)
_replace(gateway, "_invoke_lambda_proxy_v1", _invoking)
gateway._AUTHENTICATION_GATEWAY_ERRORS[DENIED] = ("ACCESS_DENIED", "AccessDeniedException")  # noqa: SLF001 - as above

app = emulator.app
