import ast
import pathlib
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = [ROOT / "scripts", ROOT / "Sources/Peers/Runner"]
FILES = {path.stem: path for folder in FOLDERS for path in sorted(folder.glob("*.py"))}


def definitions(tree):
    """The names that a file has for others."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (name.asname or name.name.split(".")[0] for name in node.names)
        else:
            yield from (name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store))


def missing(tree, known):
    """What a file takes from others that they do not have."""
    modules = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {name.asname or name.name: name.name for name in node.names if name.name in known}
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            yield from (f"{node.module}.{name.name}" for name in node.names if name.name not in known[node.module])
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            module = modules[node.value.id]
            if node.attr not in known[module]:
                yield f"{module}.{node.attr}"


class NamesTests(unittest.TestCase):
    """Scripts take names from each other, also where only a network that needs a peer would find that they are gone."""

    def test_names_are_there(self):
        trees = {stem: ast.parse(path.read_text()) for stem, path in FILES.items()}
        known = {stem: set(definitions(tree)) for stem, tree in trees.items()}
        self.assertIn("reference_defect", known["runner_onnx"])
        for stem, tree in trees.items():
            self.assertEqual(list(missing(tree, known)), [], stem)

    def test_names_that_are_gone_are_found(self):
        known = {"there": {"one"}}
        for text, names in [
            ("import there\nthere.one, there.two", ["there.two"]),
            ("import there as here\nhere.two", ["there.two"]),
            ("from there import one, two", ["there.two"]),
            ("import elsewhere\nelsewhere.two", []),
        ]:
            self.assertEqual(list(missing(ast.parse(text), known)), names)


if __name__ == "__main__":
    unittest.main()
