"""Sweeps in threads: shared, stopped when nobody watches, begun anew after a failure, bounded."""

import threading
import time

import pytest

from fercore.clustering import ClusteringCancelled
from ui.clusters import jobs as clusters_jobs


@pytest.fixture
def visitor(monkeypatch):
    """Who is asking, since there is no session here."""
    who = ["one"]
    monkeypatch.setattr(clusters_jobs, "_session", lambda: who[0])
    return who


def slow_work(begun):
    """Hands out one stage, then goes on until it is cancelled."""

    def work(progress, cancelled):
        yield "first"
        begun.set()
        while not cancelled():
            time.sleep(0.01)
        raise ClusteringCancelled("stopped")

    return work


def ended(job):
    end = time.monotonic() + 5
    while job.running and time.monotonic() < end:
        time.sleep(0.01)
    return not job.running


def test_a_job_goes_on_while_anyone_watches_and_stops_when_nobody_does(visitor):
    jobs, begun = clusters_jobs.Jobs(4), threading.Event()
    job = jobs.start("key", slow_work(begun))
    begun.wait(5)
    visitor[0] = "two"
    assert jobs.start("key", slow_work(begun)) is job
    job.leave()
    time.sleep(0.1)
    assert job.running
    visitor[0] = "one"
    jobs.leave_others("another view")
    assert ended(job)
    assert job.stopped
    assert job.latest == "first"
    assert jobs.find("key") is None
    assert jobs.start("key", slow_work(begun)) is not job
    jobs.leave_others(None)


def test_a_job_whose_watchers_fall_silent_stops(visitor, monkeypatch):
    monkeypatch.setattr(clusters_jobs, "PATIENCE", 0.05)
    assert ended(clusters_jobs.Job(slow_work(threading.Event())))


def test_a_failed_job_keeps_its_error_and_is_begun_anew_when_asked(visitor):
    def fails(progress, cancelled):
        raise ValueError("no")
        yield

    jobs = clusters_jobs.Jobs(4)
    job = jobs.start("key", fails)
    assert ended(job)
    assert isinstance(jobs.find("key").error, ValueError)
    assert jobs.start("key", fails) is not job


def test_the_jobs_kept_are_bounded(visitor):
    jobs = clusters_jobs.Jobs(2)
    for key in range(4):
        assert ended(jobs.start(key, lambda progress, cancelled: iter("x")))
    assert [jobs.find(key) is not None for key in range(4)] == [False, False, True, True]


def test_two_sweeps_take_turns_between_their_stages():
    turn, seen = threading.Lock(), []

    def steps(name):
        for i in range(3):
            seen.append(f"{name} begins")
            time.sleep(0.02)
            seen.append(f"{name} ends")
            yield i

    def follow(name):
        list(clusters_jobs.in_turn(steps(name), lambda: False, turn))

    threads = [threading.Thread(target=follow, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 12
    pairs = zip(seen[::2], seen[1::2], strict=True)
    assert all(a.split()[0] == b.split()[0] for a, b in pairs)  # none begins inside another's
