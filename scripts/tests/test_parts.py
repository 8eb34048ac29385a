"""How `test_training_steps.py` shares networks among processes."""

import pathlib
import sys
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import test_training_steps  # noqa: E402


class PartTests(unittest.TestCase):
    """Each network is in one part, and the largest are not compared beside each other."""

    def test_parts(self) -> None:
        networks = [types.SimpleNamespace(parameters=count, macs=None) for count in (5, 0, 3, 9, 1, 7, 2)]
        parts = [[network.parameters for network in test_training_steps.part(networks, text)] for text in ("1/2", "2/2")]
        self.assertEqual(parts, [[0, 2, 5, 9], [7, 3, 1]])
        self.assertEqual([n.parameters for n in test_training_steps.part(networks, "1/1")], [0, 1, 2, 3, 5, 7, 9])
        for text in ("0/2", "3/2", "1", "a/b"):
            with self.assertRaises(ValueError):
                test_training_steps.part(networks, text)


if __name__ == "__main__":
    unittest.main()
