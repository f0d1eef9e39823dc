# SPDX-License-Identifier: MIT
"""Every view in three sizes and two languages, its colours in each mode: see golden.py. timeout_s: 600"""

import golden
from harness import HiloTest
from scenarios import SCENARIOS


class TestGolden(HiloTest):
    def test_every_file_has_its_scenario(self):
        self.assertEqual(sorted(path.stem for path in golden.FOLDER.glob("*.txt")), sorted(SCENARIOS))


def add(name, scenario):
    for language, mode, sizes, styles in golden.sections_of(scenario):
        def test(self, parts=(language, mode, sizes, styles)):
            golden.compare(self, name, scenario, *parts)

        kind = "sizes" if sizes else mode.replace("-", "_")
        setattr(TestGolden, f"test_{name.replace('-', '_')}_{language}_{kind}", test)


for row in SCENARIOS.items():
    add(*row)
