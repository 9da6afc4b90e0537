"""Metrics, logs and spans: from where they are sent to where they are read."""

import pytest

from trueline.checks.reach_logs import (
    logs_arrive_with_the_senders_labels,
    who_names_no_tenant_is_refused,
    written_line_is_read_back,
)
from trueline.checks.reach_metrics import (
    metrics_arrive_with_the_senders_labels,
    written_sample_is_read_back,
)
from trueline.checks.reach_senders import each_series_has_one_sender
from trueline.checks.reach_traces import sent_span_is_found


@pytest.mark.verifies(metrics_arrive_with_the_senders_labels)
def test_metrics_arrive_with_the_senders_labels(metric_delivery, topology, answers, judge):
    judge(metric_delivery, topology, answers)


@pytest.mark.verifies(written_sample_is_read_back)
def test_written_sample_is_read_back(metric_delivery, topology, answers, judge):
    judge(metric_delivery, topology, answers)


@pytest.mark.verifies(each_series_has_one_sender)
def test_each_series_has_one_sender(metric_delivery, topology, answers, judge):
    judge(metric_delivery, topology, answers)


@pytest.mark.verifies(logs_arrive_with_the_senders_labels)
def test_logs_arrive_with_the_senders_labels(log_delivery, topology, answers, judge):
    judge(log_delivery, topology, answers)


@pytest.mark.verifies(written_line_is_read_back)
def test_written_line_is_read_back(log_delivery, topology, answers, judge):
    judge(log_delivery, topology, answers)


@pytest.mark.verifies(who_names_no_tenant_is_refused)
def test_who_names_no_tenant_is_refused(tenant_product, topology, answers, judge):
    judge(tenant_product, topology, answers)


@pytest.mark.verifies(sent_span_is_found)
def test_sent_span_is_found(span_delivery, topology, answers, judge):
    judge(span_delivery, topology, answers)
