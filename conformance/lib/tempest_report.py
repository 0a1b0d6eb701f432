"""Reads a subunit stream from standard input, prints every failure as it comes, and at the end the counts per package.

Writes DIRECTORY/results.txt (test, result, seconds) and DIRECTORY/failures.txt (with tracebacks). A whole class that is skipped, or
that fails before its tests, counts once. Prints "N passed, N failed, N skipped" last; fails if a test failed or none ran.
"""

import collections
import os
import sys

import subunit
import testtools

RESULTS = {"success": "passed", "xfail": "passed", "skip": "skipped", "fail": "failed", "uxsuccess": "failed", "inprogress": "failed",
           "unknown": "failed"}


def package(test):
    name = test.split("(", 1)[1].rstrip(")") if test.startswith(("setUpClass", "tearDownClass")) else test
    return ".".join(name.split(".")[:3])


def main():
    directory = sys.argv[1]
    counts = collections.defaultdict(collections.Counter)
    failed = []
    seen = set()
    with open(os.path.join(directory, "results.txt"), "w") as results, open(os.path.join(directory, "failures.txt"), "w") as failures:

        def on_test(test):
            if test["status"] == "exists":
                return
            name = test["id"].split("[", 1)[0] if not test["id"].startswith(("setUpClass", "tearDownClass")) else test["id"]
            result = RESULTS[test["status"]]
            if (name, result) in seen and name.startswith("setUpClass"):
                return  # once for each of its workers
            seen.add((name, result))
            begin, end = test["timestamps"]
            seconds = (end - begin).total_seconds() if begin and end else 0
            counts[package(name)][result] += 1
            results.write(f"{name.replace(' ', '_')} {result} {seconds:.2f}\n")
            if result == "failed":
                failed.append(name)
                failures.write(f"=== {name}\n")
                for detail in test["details"].values():
                    failures.write(detail.as_text() + "\n")
                trace = [detail.as_text() for key, detail in test["details"].items() if key.startswith(("traceback", "reason"))]
                last = [line for line in "\n".join(trace).splitlines() if line.strip()]
                print(f"FAILED  {name}: {last[-1].strip()[:200] if last else test['status']}", flush=True)

        stream = testtools.StreamToDict(on_test)
        stream.startTestRun()
        subunit.ByteStreamToStreamResult(sys.stdin.buffer, non_subunit_name="stdout").run(stream)
        stream.stopTestRun()
    total = collections.Counter()
    print(f"{'package':40} {'passed':>7} {'failed':>7} {'skipped':>7}")
    for name, count in sorted(counts.items()):
        print(f"{name:40} {count['passed']:7} {count['failed']:7} {count['skipped']:7}")
        total += count
    for name in sorted(failed):
        print(f"failed: {name}")
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    sys.exit(1 if total["failed"] or not total["passed"] else 0)


main()
