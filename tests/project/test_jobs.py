"""The core names jobs as words; here each word is found to be something that takes one id."""

from __future__ import annotations

import importlib
import inspect

import pytest

from hotline.base.jobs import JOBS, QUEUES


@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_job_exists_under_its_name(name: str) -> None:
    module_name, _, function_name = JOBS[name].path.rpartition(".")
    assert (module_name, function_name) == (f"workers.{name}", name)
    job = getattr(importlib.import_module(module_name), function_name)
    assert len(inspect.signature(job).parameters) == 1


@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_job_has_a_queue_that_a_worker_listens_to(name: str) -> None:
    assert JOBS[name].queue in QUEUES
