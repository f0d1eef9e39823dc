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
    def __init__(self):
        super().__init__()
        self.number = 0
        self.started = 0.0
        self.failed_parts = {}

    def line(self, good, test, note=""):
        self.number += 1
        name = test.id().split(".", 1)[-1]
        seconds = time.monotonic() - self.started
        word = "ok" if good else "not ok"
        print(f"{word} {self.number} - {name}{note or f' ({seconds:.2f} s)'}", flush=True)

    def details(self, error):
        text = error if isinstance(error, str) else "".join(traceback.format_exception(*error))
        for line in text.splitlines():
            print("# " + line, flush=True)

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()
        signal.alarm(int(getattr(test, "timeout_s", TIMEOUT_S)))

    def stopTest(self, test):
        signal.alarm(0)
        # A test with subtests is one test: it fails when any part did.
        parts = self.failed_parts.pop(test.id(), None)
        if parts:
            self.line(False, test, " [" + "; ".join(parts) + "]")
        super().stopTest(test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.failed_parts.setdefault(test.id(), []).append(subtest._subDescription())
            self.details(err)

    def addSuccess(self, test):
        self.line(True, test)

    def addError(self, test, err):
        super().addError(test, err)
        self.line(False, test)
        self.details(err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line(False, test)
        self.details(err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(True, test, f" # SKIP {reason}")

    def addExpectedFailure(self, test, err):
        self.addError(test, err)

    def addUnexpectedSuccess(self, test):
        self.line(False, test, " succeeded, against what it expects")


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
    return 0 if result.number > 0 and not (result.failures or result.errors) else 1


if __name__ == "__main__":
    sys.exit(main())
