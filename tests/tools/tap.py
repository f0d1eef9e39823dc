#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the unittest cases of one Python file and prints TAP: tests/tools/tap.py tests/e2e/test_x.py [NAME-PART...]

Each test has 120 seconds, or the `timeout_s` attribute of its class; when they are over, the test fails where it
stands and its clean-up still runs.
"""

import importlib.util
import os
import signal
import sys
import time
import traceback
import unittest

TIMEOUT_S = 120


class OutOfTime(BaseException):
    """Not an Exception, so that no test swallows it."""


def on_alarm(_signal, _frame):
    raise OutOfTime("the test ran out of time")


class TapResult(unittest.TestResult):
    """One line for each test, however many of its parts and clean-ups failed."""

    def __init__(self):
        super().__init__()
        self.number = 0
        self.started = None
        self.problems = []
        self.skipped_because = None

    def line(self, good, test, note):
        self.number += 1
        word = "ok" if good else "not ok"
        print(f"{word} {self.number} - {test.id().split('.', 1)[-1]}{note}", flush=True)

    def problem(self, test, what, error=None):
        for line in "".join(traceback.format_exception(*error) if error else []).splitlines():
            print("# " + line, flush=True)
        if self.started is None:
            # Setting up a whole class failed: there is no test of its own to name.
            self.line(False, test, "")
        else:
            self.problems.append(what)

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()
        self.problems = []
        self.skipped_because = None
        signal.alarm(int(getattr(test, "timeout_s", TIMEOUT_S)))

    def stopTest(self, test):
        signal.alarm(0)
        took = f" ({time.monotonic() - self.started:.2f} s)"
        parts = "; ".join(part for part in self.problems if part)
        if self.problems:
            self.line(False, test, took + (f" [{parts}]" if parts else ""))
        elif self.skipped_because is not None:
            self.line(True, test, f" # SKIP {self.skipped_because}")
        else:
            self.line(True, test, took)
        self.started = None
        super().stopTest(test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.problem(test, subtest._subDescription(), err)

    def addError(self, test, err):
        super().addError(test, err)
        self.problem(test, "", err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.problem(test, "", err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if self.started is None:
            self.line(True, test, f" # SKIP {reason}")
        else:
            self.skipped_because = reason

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.problem(test, "fails, as it says itself: mend it or remove it", err)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.problem(test, "succeeded, against what it expects")


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item


def main():
    path = os.path.abspath(sys.argv[1])
    sys.path.insert(0, os.path.dirname(path))
    signal.signal(signal.SIGALRM, on_alarm)
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    tests = list(flatten(unittest.defaultTestLoader.loadTestsFromModule(module)))
    if len(sys.argv) > 2:
        tests = [test for test in tests if any(part in test.id() for part in sys.argv[2:])]
    result = TapResult()
    unittest.TestSuite(tests).run(result)
    print(f"1..{result.number}", flush=True)
    return 0 if result.number > 0 and result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
