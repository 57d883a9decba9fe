"""One attempt to invoke a worker: Lambda takes the event over, or the attempt raises what its failure means."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws.boto_errors import judge
from adapters.aws.lambda_errors import ACCEPTED, InvocationFailedError, judge_answer

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


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
        if status != ACCEPTED:
            raise InvocationFailedError(judge_answer(status, ""))
