# SPDX-License-Identifier: MIT
"""The kill tests of crash.py at the size of an ordinary test run: 20 kills each."""

import os

os.environ.setdefault("ROUNDS", "20")

from crash import Crash  # noqa: E402,F401 -- its tests are this file's
