"""What boto3 raises, as the failures that every client has in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.exceptions import ConnectionError as NotConnectedError

from adapters.aws.failures import RefusedError, UnansweredError, UnusableError


@contextmanager
def translated() -> Iterator[None]:
    """Raise `RefusedError`, `UnansweredError` or `UnusableError` for what boto3 raises."""
    try:
        yield
    except ClientError as error:
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        raise RefusedError(error.response["Error"]["Code"], status) from error
    except NotConnectedError as error:
        raise UnansweredError(type(error).__name__, sent=False) from error
    except (HTTPClientError, IncompleteReadError, FlexibleChecksumError, OSError) as error:
        raise UnansweredError(type(error).__name__, sent=True) from error
    except BotoCoreError as error:
        raise UnusableError(type(error).__name__) from error
