"""One attempt to invoke a worker: Lambda takes the event over, or the attempt raises what its failure means."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws.lambda_errors import Judgement, judge
from domain.dispatch_policy import Verdict
from domain.reasons import Reason

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_ACCEPTED = 202


class InvocationFailedError(Exception):
    """One attempt to invoke a worker failed; `judgement` says what that means for the shard."""

    def __init__(self, judgement: Judgement) -> None:
        """Keep what the failure means."""
        self.judgement = judgement
        super().__init__(judgement.code)


@dataclass(frozen=True, slots=True)
class Invocation:
    """Invokes one function asynchronously, without retries: an invoker over it decides when to try again."""

    client: LambdaClient
    function: str

    def __call__(self, payload: bytes) -> None:
        """Invoke once; raises `InvocationFailedError`."""
        try:
            response = self.client.invoke(FunctionName=self.function, InvocationType="Event", Payload=payload)
        except (ClientError, BotoCoreError) as error:
            raise InvocationFailedError(judge(error)) from error
        # Read the body, which is empty: only then is the connection used again. The shard is accepted already.
        with suppress(BotoCoreError):
            response["Payload"].read()
        status = response["StatusCode"]
        if status != _ACCEPTED:
            raise InvocationFailedError(Judgement(Verdict.UNKNOWN, Reason.UNEXPECTED_ANSWER, f"Status{status}"))
