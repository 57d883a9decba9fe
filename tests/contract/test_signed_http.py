"""The signed client over libcurl, against real sockets: each fault has one outcome, and nothing is done unasked."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import Barrier, Thread

import pytest
from botocore.credentials import ReadOnlyCredentials

from adapters.aws.credentials import Credentials, CredentialsMissingError
from adapters.aws.failures import UnansweredError, UnusableError
from adapters.aws.signed_http import Answer, Limits, Request, SignedHttp
from infra.local.certificate import Certificate
from tests.fakes.loopback import LoopbackHandler, LoopbackServer
from tests.fakes.signatures import is_signed

# libcurl is the same for every Python, and the seconds are real ones.
pytestmark = pytest.mark.one_python

LIMITS = Limits(connect=1.0, silence=1, total=5.0, largest=1_000_000)
KEYS = Credentials("AKID", "secret", "token")
KNOWN = {"AKID": ReadOnlyCredentials("AKID", "secret", "token"), "NEW": ReadOnlyCredentials("NEW", "other", None)}


class Service(LoopbackServer):
    """Answers by `respond` and keeps each request's path, headers and body, and whether it was signed rightly."""

    def __init__(self, respond: Callable[[LoopbackHandler], None] | None = None) -> None:
        """Answer 200 and the request's body, unless told otherwise."""
        super().__init__(_Handler)
        self.answer_by = respond or (lambda handler: handler.answer(200, self.bodies[-1], {"X-One": "1"}))
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.signed: list[bool] = []
        self.connections = 0


class _Handler(LoopbackHandler):
    server: Service

    def setup(self) -> None:
        """Count a connection."""
        super().setup()
        self.server.connections += 1

    def respond(self) -> None:
        """Keep the request and answer it."""
        headers, body = dict(self.headers), self.read_body()
        path, _, query = self.path.partition("?")
        self.server.paths.append(self.path)
        self.server.headers.append({name.lower(): value for name, value in headers.items()})
        self.server.bodies.append(body)
        self.server.signed.append(is_signed(self.command, path, query, headers, body, KNOWN))
        self.server.answer_by(self)


def client(service: str = "dynamodb", limits: Limits = LIMITS) -> SignedHttp:
    """Return a client with a key."""
    return SignedHttp(service, "us-east-1", lambda: KEYS, limits)


def post(http: SignedHttp, url: str, body: bytes = b"{}", seconds: float | None = None) -> Answer:
    """Send a request."""
    return http.send(Request("POST", f"{url}/", {"X-Amz-Target": "Do", "Content-Type": "text/plain"}, body), seconds)


@contextmanager
def scripted(*answers: bytes | None) -> Iterator[str]:
    """Yield the address of a server that answers each connection by these bytes and ends it; None: by silence."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            # A client that needs no further answer ends the test, and with it the socket.
            with suppress(OSError):
                for answer in answers:
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(65_536)
                        if answer is None:
                            time.sleep(10)
                        else:
                            connection.sendall(answer)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


# What is sent


@pytest.mark.parametrize("service", ["dynamodb", "s3"])
def test_every_request_is_signed_rightly(service: str) -> None:
    """Whatever the method and the body, also after another body, and where libcurl announces the body first."""
    with Service() as server:
        http = client(service, Limits(1.0, 1, 5.0, 2_000_000))
        for method, body in [("GET", b""), ("PUT", b"abc"), ("GET", b""), ("POST", bytes(range(256)) * 5000)]:
            answer = http.send(Request(method, f"{server.url}/a-b_c/d.e", {"If-None-Match": "*"}, body))
            assert (answer.status, answer.body, answer.headers["x-one"]) == (200, body, "1")
        assert server.signed == [True] * 4
        assert server.connections == 1


def test_a_request_has_no_header_of_the_one_before() -> None:
    """Nor does one without any header, and with a query, by a key without a token."""
    with Service() as server:
        http = SignedHttp("s3", "us-east-1", lambda: Credentials("NEW", "other"), LIMITS)
        http.send(Request("PUT", f"{server.url}/a", {"If-None-Match": "*"}, b"abc"))
        http.send(Request("GET", f"{server.url}/a/?list-type=2&prefix=tables%2F0f%2F"))
        assert server.signed == [True, True]
        assert ["if-none-match" in headers for headers in server.headers] == [True, False]


def test_a_request_is_signed_with_the_credentials_of_its_moment() -> None:
    """A key that is renewed between two requests signs the second one, and the old token is not sent with it."""
    keys = iter([KEYS, Credentials("NEW", "other")])
    with Service() as server:
        http = SignedHttp("dynamodb", "us-east-1", lambda: next(keys), LIMITS)
        post(http, server.url)
        post(http, server.url)
        assert server.signed == [True, True]
        assert [headers.get("x-amz-security-token") for headers in server.headers] == ["token", None]


def test_without_credentials_nothing_is_sent() -> None:
    """The error names the cause, and is no reason to try again."""

    def missing() -> Credentials:
        raise CredentialsMissingError("NoCredentials")

    with Service() as server:
        with pytest.raises(UnusableError, match="NoCredentials"):
            post(SignedHttp("dynamodb", "us-east-1", missing, LIMITS), server.url)
        assert not server.paths


def test_threads_have_connections_of_their_own() -> None:
    """Ten threads at once get each its own answer, over at most ten connections."""
    together = Barrier(10)

    def respond(handler: LoopbackHandler) -> None:
        together.wait(timeout=10)
        handler.answer(200, dict(handler.headers)["X-Amz-Target"].encode())

    with Service(respond) as server:
        http = client()

        def ask(number: int) -> bytes:
            return http.send(Request("POST", f"{server.url}/", {"X-Amz-Target": str(number)})).body

        with ThreadPoolExecutor(10) as pool:
            for _ in range(3):
                assert list(pool.map(ask, range(10))) == [str(number).encode() for number in range(10)]
        assert server.connections == 10
        assert all(server.signed)


def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    """A service ends a kept connection at any time, as while a function is frozen."""

    def respond(handler: LoopbackHandler) -> None:
        handler.answer(200)
        handler.close_connection = True

    with Service(respond) as server:
        http = client()
        for _ in range(3):
            assert post(http, server.url).status == 200
        assert server.connections == 3


def test_a_request_that_a_kept_connection_swallows_is_sent_once_more() -> None:
    """A service may take a request and end a kept connection: libcurl sends it again by itself, on a new one.

    So what is called by this client must bear to be received twice, as every call of the ledger and of the results.
    """
    received: list[bytes] = []
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answers in ([ok, b""], [ok]):
                connection, _ = listening.accept()
                with connection:
                    for answer in answers:
                        received.append(connection.recv(65_536).rpartition(b"\r\n\r\n")[2])
                        connection.sendall(answer)

        serving = Thread(target=serve, daemon=True)
        serving.start()
        http, url = client(), f"http://127.0.0.1:{listening.getsockname()[1]}"
        assert [post(http, url, body).status for body in (b"first", b"second")] == [200, 200]
        serving.join(5)
    assert received == [b"first", b"second", b"second"]


# What is not done unasked


def test_no_redirect_is_followed_and_no_cookie_is_kept() -> None:
    """An answer is an answer, whatever it asks for."""
    asked = {"Location": "/elsewhere", "Set-Cookie": "a=b; Path=/"}
    with Service(lambda handler: handler.answer(307, b"", asked)) as server:
        http = client()
        assert [post(http, server.url).status for _ in range(2)] == [307, 307]
        assert server.paths == ["/", "/"]
        assert not any("cookie" in headers for headers in server.headers)


def test_nothing_is_unpacked() -> None:
    """The client asks for no encoding, and returns the bytes that it got."""
    packed = gzip.compress(b"text")
    with Service(lambda handler: handler.answer(200, packed, {"Content-Encoding": "gzip"})) as server:
        assert post(client(), server.url).body == packed
        assert "accept-encoding" not in server.headers[0]


def test_netrc_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the home folder cannot replace the key."""
    (tmp_path / ".netrc").write_text("default login wrong password wrong\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    with Service() as server:
        post(client(), server.url)
        assert server.signed == [True]


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY"])
def test_a_proxy_is_the_environments(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As with botocore: the variable of the scheme, in either case; NO_PROXY excepts hosts, ALL_PROXY is ignored."""
    with Service() as server, Service() as proxy:
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
        assert post(client(), server.url).status == 200
        monkeypatch.setenv(name, proxy.url)
        assert post(client(), server.url).status == 200
        assert proxy.paths == [f"{server.url}/"]
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert post(client(), server.url).status == 200
        assert (len(server.paths), len(proxy.paths)) == (2, 1)


# What goes wrong


@contextmanager
def _nothing_listens() -> Iterator[str]:
    yield "http://127.0.0.1:9"


@contextmanager
def _no_such_host() -> Iterator[str]:
    yield "http://no-such-host.invalid"


@pytest.mark.parametrize(("place", "code"), [(_nothing_listens, 7), (_no_such_host, 6)], ids=["refused", "no name"])
def test_without_a_connection_nothing_was_sent(place: Callable[[], AbstractContextManager[str]], code: int) -> None:
    """The error says so."""
    with place() as url, pytest.raises(UnansweredError, match=f"Curl{code}") as raised:
        post(client(), url)
    assert not raised.value.sent


@pytest.mark.parametrize("trusted", [True, False], ids=["a trusted certificate", "an unknown authority"])
def test_certificates_are_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool) -> None:  # noqa: FBT001 - a case
    """A service proves who it is by an authority of AWS_CA_BUNDLE; to another one nothing is sent."""
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    certificate, unknown = Certificate.create(own), Certificate.create(other)
    monkeypatch.setenv("AWS_CA_BUNDLE", str((certificate if trusted else unknown).authority))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate.server, certificate.key)
    with Service() as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        url = server.url.replace("http:", "https:")
        if trusted:
            assert post(client(), url).status == 200
        else:
            with pytest.raises(UnansweredError, match="Curl60") as raised:
                post(client(), url)
            assert not raised.value.sent
        assert len(server.paths) == trusted


def test_a_missing_file_of_certificates_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """No further attempt would find it."""
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere.pem")
    with scripted(b"") as url, pytest.raises(UnusableError, match="Curl77"):
        post(client(), url.replace("http:", "https:"))


_OK = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
FAULTS = {
    "an end without an answer": (b"", 52),
    "an answer that is cut": (_OK + b"Content-Length: 9\r\n\r\n1234", 18),
    "chunks that are cut": (_CHUNKED + b"4\r\n1234", 18),
    "no HTTP": (b"hello\r\n\r\n", 1),
    "a large answer": (_OK + b"Content-Length: 1000001\r\n\r\n", 63),
    "a large answer of chunks": (_CHUNKED + b"40000\r\n" + b"x" * 0x40000 + b"\r\nf0000\r\n" + b"x" * 0xF0000, 63),
    "silence": (None, 28),
    "half an answer, then silence": (_OK + b"Content-Length: 9\r\n\r\n", 18),
}


@pytest.mark.parametrize(("answer", "code"), FAULTS.values(), ids=FAULTS)
def test_a_request_without_a_whole_answer_may_have_been_received(answer: bytes | None, code: int) -> None:
    """The error says that it was sent."""
    with scripted(answer) as url, pytest.raises(UnansweredError, match=f"^Curl{code}$") as raised:
        post(client(limits=Limits(1.0, 10, 0.5, 1_000_000)), url)
    assert raised.value.sent


def test_silence_ends_before_the_time_of_a_request_does() -> None:
    """A service that has taken a request and sends no byte is given up after `silence`."""
    began = time.monotonic()
    with scripted(None) as url, pytest.raises(UnansweredError, match="Curl28"):
        post(client(), url)
    assert 0.9 < time.monotonic() - began < 4


def test_a_caller_may_have_less_time() -> None:
    """An answer is waited for no longer than the caller says."""
    began = time.monotonic()
    with scripted(None) as url, pytest.raises(UnansweredError, match="Curl28"):
        post(client(), url, seconds=0.2)
    assert 0.15 < time.monotonic() - began < 1


def test_what_was_sent_before_does_not_count() -> None:
    """A service that answered once and then is gone has not received the second request."""
    http = client()
    with scripted(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") as url:
        assert post(http, url).status == 200
    with pytest.raises(UnansweredError, match="Curl7") as raised:
        post(http, url)
    assert not raised.value.sent


def test_a_client_goes_on_after_a_fault() -> None:
    """What one request met is no matter of the next one."""
    http = client()
    with scripted(b"", _OK + b"Content-Length: 2\r\n\r\nok") as url:
        with pytest.raises(UnansweredError):
            post(http, url)
        assert post(http, url).body == b"ok"


def test_answers_before_the_answer_are_passed_over() -> None:
    """Their headers are not those of the answer."""
    early = b"HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
    with scripted(early + _OK + b"Content-Length: 2\r\n\r\nok") as url:
        answer = post(client(), url)
    assert (answer.status, answer.body, answer.headers) == (200, b"ok", {"content-length": "2"})
