# SPDX-License-Identifier: MIT
"""Every view in three sizes and two languages, its colours in each mode: see golden.py. timeout_s: 600"""

import golden
from harness import HiloTest
from scenarios import SCENARIOS


class TestGolden(HiloTest):
    def test_every_file_has_its_scenario(self):
        self.assertEqual(sorted(path.stem for path in golden.FOLDER.glob("*.txt")), sorted(SCENARIOS))


def add(name, scenario):
    for language, mode, sizes in golden.sections_of(scenario):
        def test(self, language=language, mode=mode, sizes=sizes):
            golden.compare(self, name, scenario, language, mode, sizes)

        kind = "sizes" if sizes else mode.replace("-", "_")
        setattr(TestGolden, f"test_{name.replace('-', '_')}_{language}_{kind}", test)


for row in SCENARIOS.items():
    add(*row)
