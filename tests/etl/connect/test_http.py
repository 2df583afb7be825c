"""Requests: patient with faults, bounded in all they take, and never to another host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from etl.connect.address import resolved
from etl.connect.http import Http, Reach, Request
from portal.errors import SourceError
from tests.etl.connect.api import Api, Fault, running


@pytest.fixture
def api() -> Iterator[Api]:
    with running(lambda path, body: {"path": path, "body": body}) as api:
        yield api


def test_answer_comes_from_below_the_configured_address(api: Api) -> None:
    assert api.http().ask(Request("a/b?c=1")) == b'{"path": "/api/a/b?c=1", "body": null}'
    assert api.http().ask(Request("x", "POST", body=b"[1]")) == b'{"path": "/api/x", "body": [1]}'


def test_busy_and_broken_answers_are_tried_again_after_growing_pauses(api: Api) -> None:
    api.faults = [Fault(500), Fault(503), Fault(stated_length=100), Fault(429, {"Retry-After": "7"})]
    assert api.http().ask(Request("a")) == b'{"path": "/api/a", "body": null}'
    assert api.pauses == [1.0, 2.0, 4.0, 7.0]


def test_request_that_keeps_failing_is_given_up(api: Api) -> None:
    api.faults = [Fault(500)] * 9
    with pytest.raises(SourceError, match=r"127.0.0.1: it answered 500, 3 times. Nothing was taken over"):
        api.http(tries=3).ask(Request("a"))
    assert (len(api.asked), api.pauses) == (3, [1.0, 2.0])


def test_long_wait_is_left_to_the_next_sync(api: Api) -> None:
    api.faults = [Fault(429, {"Retry-After": "3600"})]
    with pytest.raises(SourceError, match="asks to wait 3600 seconds"):
        api.http().ask(Request("a"))
    assert api.pauses == []


@pytest.mark.parametrize("value", ["Wed, 21 Oct 2015 07:28:00 GMT", "nonsense", "-5"])
def test_other_words_of_retry_after_do_no_harm(api: Api, value: str) -> None:
    api.faults = [Fault(503, {"Retry-After": value})]
    api.http().ask(Request("a"))
    assert api.pauses in ([0.0], [1.0])


def test_refused_credentials_are_said_without_them(api: Api) -> None:
    api.faults = [Fault(401)]
    with pytest.raises(SourceError, match=r"answered 401 to /api/a. The credentials are not accepted") as problem:
        api.http().ask(Request("a?key=hunter2", headers={"Authorization": "hunter2"}))
    assert "hunter2" not in str(problem.value)
    assert api.pauses == []


def test_answer_that_drips_is_cut(api: Api) -> None:
    api.faults = [Fault(body=b"x" * 1000, pause_between_bytes=0.05)]
    with pytest.raises(SourceError, match="it took too long, 1 times"):
        api.http(tries=1, deadline=0.3).ask(Request("a"))


def test_answer_that_does_not_begin_is_cut(api: Api) -> None:
    api.faults = [Fault(body=b"xx", pause_between_bytes=1)]
    with pytest.raises(SourceError, match=r"the answer broke off \(TimeoutError\), 1 times"):
        api.http(tries=1, timeout=0.2).ask(Request("a"))


def test_answer_that_is_too_long_is_refused(api: Api) -> None:
    api.faults = [Fault(body=b"x" * (2 << 20))]
    with pytest.raises(SourceError, match="an answer is longer than 1 MB"):
        api.http(most_bytes=1 << 20).ask(Request("a"))


def test_redirects_stay_on_the_host(api: Api) -> None:
    api.faults = [Fault(302, {"Location": "../other?x=1"})]
    assert api.http().ask(Request("a/b")) == b'{"path": "/api/other?x=1", "body": null}'
    for there in ("http://localhost:1/", "https://127.0.0.1/", "//169.254.169.254/latest"):
        api.faults = [Fault(302, {"Location": there})]
        with pytest.raises(SourceError, match="leads to another host"):
            api.http().ask(Request("a", headers={"Authorization": "hunter2"}))


def test_redirects_in_a_ring_end(api: Api) -> None:
    api.faults = [Fault(302, {"Location": "/api/a"})] * 9
    with pytest.raises(SourceError, match="It leads elsewhere too often"):
        api.http().ask(Request("a"))
    assert len(api.asked) == 4


def test_other_hosts_are_not_asked(api: Api) -> None:
    with pytest.raises(SourceError, match=r"leads to another host \(example.com\)"):
        api.http().ask(Request("http://example.com/a"))
    assert api.asked == []


@pytest.mark.parametrize("host", [
    "127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "168.63.129.16", "192.0.0.192", "100.100.100.200",
    "0.0.0.0", "::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a9fe:a9fe", "fd00::1", "2130706433", "0x7f.1",
])  # fmt: skip
def test_private_addresses_are_refused(host: str) -> None:
    with pytest.raises(SourceError, match="lies in a private network"):
        resolved(host, 443, is_private_allowed=False)


def test_public_address_is_reached_as_it_is() -> None:
    assert resolved("1.1.1.1", 443, is_private_allowed=False) == "1.1.1.1"


@pytest.mark.parametrize(
    "base", ["ftp://a", "https://", "https://ann:pw@host/", "https://host:99999/", "host", "https://h/?key=1"]
)
def test_address_that_is_none_is_refused(base: str) -> None:
    with pytest.raises(SourceError, match="must look like https://host/path"):
        Http(Reach(base))


def test_unencrypted_address_is_refused() -> None:
    with pytest.raises(SourceError, match="must begin with https"):
        Http(Reach("http://example.com"))


def test_host_that_is_not_there_is_said() -> None:
    with pytest.raises(SourceError, match=r"127.0.0.1: it cannot be reached"):
        Http(Reach("http://127.0.0.1:1", is_private_allowed=True, tries=2), [].append).ask(Request("a"))
