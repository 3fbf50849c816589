"""Settings and scrape jobs."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Problem, error, warning
from generator.model.base import described
from generator.model.catalog import Catalog
from generator.model.service import Service
from generator.model.settings import AlertmanagerSettings, GrafanaSettings, PrometheusSettings, ScrapeJob
from generator.model.validate.names import label_names


def settings(catalog: Catalog) -> Iterator[Problem]:
    """Settings that stand twice, and scrape jobs that do not fit the services."""
    for kind in (PrometheusSettings, AlertmanagerSettings, GrafanaSettings):
        first, *others = catalog.of(kind) or (None,)
        for other in others:
            if first is not None and other is not None:
                message = f"{kind.__name__} stands in {first.origin} already; a project has one"
                yield error("settings/duplicate", other.origin, message)
    for prometheus in catalog.of(PrometheusSettings):
        yield from label_names(prometheus, prometheus.external_labels, "labels")
    yield from _jobs(catalog)


def _jobs(catalog: Catalog) -> Iterator[Problem]:
    jobs = catalog.of(ScrapeJob)
    for job in jobs:
        yield from label_names(job, job.labels, "labels")
        if isinstance(job.service, Service) and job.probe is None and job.service.job != job.name:
            message = f"{described(job)}: service {job.service.name!r} has job {job.service.job!r}"
            yield error("scrape/job", job.origin, message, "A scrape job's name is the job label; make them the same.")
    scraped = {job.name for job in jobs}
    for service in catalog.of(Service):
        if jobs and service.job not in scraped:
            message = f"{described(service)}: nothing scrapes its job {service.job!r}"
            yield warning("scrape/missing", service.origin, message, "Add a ScrapeJob of that name.")
