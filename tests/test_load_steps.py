"""How far a load is: every step has words, and the share grows from step to step and within reading."""

from __future__ import annotations

from etl.request import STEPS
from portal.load_steps import _AFTER, PHASES, WAITING, phase_after, read_words, share_done, time_words


def test_every_step_of_a_load_has_words_and_a_growing_share() -> None:
    assert set(STEPS) <= set(_AFTER)
    shares = [share_done(step) for step in STEPS]
    assert shares == sorted(shares)
    assert (share_done(WAITING), shares[0], shares[-1]) == (0.0, 0.0, 1.0)
    assert [phase_after(step).name for step in (WAITING, "landed", "built")] == [PHASES[0], PHASES[2], PHASES[6]]


def test_the_bar_moves_while_one_file_is_read() -> None:
    shares = [share_done("landed", size, 200) for size in (0, 50, 100, 200, 300)]
    assert shares == [0.01, 0.105, 0.2, 0.39, 0.39]
    assert share_done("read", 50, 200) == share_done("read") == 0.39


def test_what_is_read_is_said_with_bytes_while_there_are_more() -> None:
    assert read_words(212_000, 34 << 20, 120 << 20) == "212,000 rows, 34.0 of 120.0 MB read"
    assert read_words(1, 120 << 20, 120 << 20) == "1 row read"
    assert (read_words(0, 0, 120 << 20), read_words(7, 10, 20)) == ("", "7 rows read")
    assert (time_words(40), time_words(185)) == ("40 s", "3 min 5 s")
