"""A model as a job for Spark, which judges captured messages by the rules of this package on every executor."""

from __future__ import annotations

import json
from collections.abc import Generator

from azext_iotdiag.payload.schema import Document

_JOB = '''\
"""Judges captured messages on Spark, by the model @ID@. Made by `az iot diag template to-spark`.

    spark-submit --py-files iot_diag.zip job.py captures PATH    files of Event Hubs capture or of routing, in Avro
    spark-submit --py-files iot_diag.zip job.py lines PATH       JSON lines, as routing writes them

iot_diag.zip is the wheel of iot-diag under this name. Leave it out where the executors have iot-diag installed.
Prints a JSON line for each code, field and device, and one with the number of messages.
"""

import io
import json
import sys
from collections import Counter

from pyspark.sql import SparkSession

COLUMNS = "code string, severity string, field string, component string, device string, count long"
SEVERITIES = {"fail": "error", "warn": "warning", "note": "info"}
MODEL = json.loads(@MODEL@)


def judged(records):
    """A row for each code, field and device in records, and one without a code for their number."""
    from azext_iotdiag.model.tally import Tally, key_of
    from azext_iotdiag.streams.validation import Rules, judge_of
    from azext_iotdiag.streams.validation import judged as findings

    rules, tally, found = Rules(MODEL), Tally(), Counter()
    for each in findings(records, judge_of(rules), rules, tally):
        if each is not None:
            code, field, component, _, severity = key_of(each)
            found[code, SEVERITIES[severity.value], field, component, each.device] += 1
    yield from ((*key, count) for key, count in found.items())
    yield "", "", "", "", "", tally.messages


def of_files(rows):
    """The rows of a partition of whole files."""
    from azext_iotdiag.streams import files

    def records():
        for row in rows:
            file = io.BufferedReader(io.BytesIO(bytes(row.content)))
            yield from files.records(file, files.Part(row.path), file.peek(4))

    return judged(records())


def of_lines(rows):
    """The rows of a partition of lines."""
    from azext_iotdiag.streams import json_records

    def records():
        for row in rows:
            yield from json_records.lines(io.BytesIO(row.value.encode() + b"\\n"), "a line")

    return judged(records())


def main(kind, path):
    spark = SparkSession.builder.appName("iot-diag").getOrCreate()
    if kind == "captures":
        files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(path)
        parts = files.rdd.mapPartitions(of_files)
    else:
        parts = spark.read.text(path).rdd.mapPartitions(of_lines)
    keys = ("code", "severity", "field", "component", "device")
    summed = spark.createDataFrame(parts, COLUMNS).groupBy(*keys).sum("count")
    for row in summed.orderBy("sum(count)", ascending=False).toLocalIterator():
        found = row.asDict()
        count = found.pop("sum(count)")
        print(json.dumps({**found, "count": count} if found["code"] else {"messages": count}))
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("captures", "lines"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
'''


def text(document: Document) -> str:
    """The job for a model, which stands in it whole."""
    model = json.dumps([document.node, *document.others])
    title = "".join(each for each in document.root.id if each.isascii() and each.isprintable() and each not in '"\\')
    return _JOB.replace("@ID@", title or "without an id").replace("@MODEL@", repr(model))


def chunks(document: Document) -> Generator[bytes, None, None]:
    """The same as bytes."""
    yield text(document).encode("ascii", "backslashreplace")
