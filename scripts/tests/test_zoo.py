"""What `zoo.py` makes of files of weights."""

import json
import pathlib
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import zoo  # noqa: E402


class ScalesTests(unittest.TestCase):
    """Scales that change nothing are not tried."""

    def file(self, *names: str) -> pathlib.Path:
        entries = {name: {"dtype": "F32", "shape": [1], "data_offsets": [4 * i, 4 * i + 4]} for i, name in enumerate(names)}
        text = json.dumps(entries).encode()
        path = pathlib.Path(tempfile.mkdtemp(dir=self.folder.name)) / "weights.safetensors"
        path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(4 * len(names)))
        return path

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def test_variances(self) -> None:
        """Without statistics variances do nothing."""
        self.assertEqual(zoo.scales(self.file("norm.running_var", "norm.weight")), zoo.SCALES)
        found = zoo.scales(self.file("conv.weight", "conv.bias"))
        self.assertEqual(found, [zoo.SCALES[0], *zoo.SCALES[-2:]])
        self.assertEqual(len({pair[1] for pair in found}), 3)


if __name__ == "__main__":
    unittest.main()
