"""Hosts: what is remembered, and for how long."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.core.exceptions import DisallowedHost
from vivace.http.hosts import (
    HOSTS,
    MAX_RAW,
    MAX_REMEMBERED,
    HostPolicy,
    split_domain_port,
    validate_host,
)
from vivace.test.utils import override_settings


@given(st.text(alphabet="aZ.:-[]@/\\ 1é\n\0_", max_size=12))
def test_what_a_policy_remembers_is_what_it_would_judge_again(host: str) -> None:
    policy = HostPolicy((".a", "[a:1]", "1.1"))

    def judged(by: HostPolicy) -> Any:
        try:
            return by.check(host)
        except DisallowedHost as error:
            return str(error)

    first = judged(policy)
    assert judged(policy) == first
    assert judged(HostPolicy(policy.allowed)) == first
    assert (host in policy.known) == (first == host)
    assert ([host.encode("utf-8")] in policy.known_raw) == (first == host)


def test_the_tables_are_bounded() -> None:
    policy = HostPolicy(("*",))
    for number in range(2 * MAX_REMEMBERED):
        assert policy.check(f"h{number}.example") == f"h{number}.example"
    assert len(policy.known) == MAX_REMEMBERED
    assert len(policy.known_raw) == MAX_RAW
    with pytest.raises(DisallowedHost):
        policy.check("not a host")


def test_refused_hosts_are_not_remembered() -> None:
    policy = HostPolicy(("good.example",))
    for number in range(100):
        with pytest.raises(DisallowedHost):
            policy.check(f"h{number}.example")
    assert policy.known == set()
    assert policy.known_raw == []


def test_other_settings_forget_what_was_remembered() -> None:
    with override_settings(ALLOWED_HOSTS=["one.example"]):
        assert HOSTS.value.check("one.example") == "one.example"
        with override_settings(ALLOWED_HOSTS=["two.example"]):
            with pytest.raises(DisallowedHost):
                HOSTS.value.check("one.example")
        with override_settings(ALLOWED_HOSTS=[], DEBUG=True):
            assert HOSTS.value.check("localhost") == "localhost"
            with pytest.raises(DisallowedHost):
                HOSTS.value.check("one.example")


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("Example.COM:80", ("example.com", "80")),
        ("example.com.", ("example.com", "")),
        ("[::1]:80", ("[::1]", "80")),
        ("example.com:", ("", "")),
        ("user@example.com", ("", "")),
        ("example.com\n", ("", "")),
        ("", ("", "")),
    ],
)
def test_parts_of_a_host(host: str, parts: tuple[str, str]) -> None:
    assert split_domain_port(host) == parts


def test_patterns() -> None:
    assert validate_host("a.b", ["*"])
    assert validate_host("a.b", [".B"])
    assert validate_host("b", [".b"])
    assert not validate_host("ab", [".b"])
    assert not validate_host("b", [""])


def test_a_known_host_in_two_headers_is_not_known(site: Any) -> None:
    web = site([], ["vivace.middleware.common.CommonMiddleware"])
    assert web.ask("/", headers=[("Host", "testserver")]).status == 404
    assert web.ask("/", headers=[("Host", "testserver"), ("Host", "testserver")]).status == 400
    assert web.ask("/", headers=[("Host", "testserver"), ("Host", "evil")]).status == 400
