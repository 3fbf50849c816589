"""Work shared by processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


def in_processes(run: Callable[[_Job], _Result], jobs: Sequence[_Job]) -> list[_Result]:
    """The result of each job, in their order; every job has a process of its own."""
    import multiprocessing
    import warnings
    from concurrent.futures import ProcessPoolExecutor

    # A fork takes the imported engine along, which is most of what a short run costs. NumPy's threads idle.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with ProcessPoolExecutor(len(jobs), multiprocessing.get_context(method)) as pool:
            return list(pool.map(run, jobs))
