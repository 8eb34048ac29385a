"""Tests of the scripts, by `make test-scripts`: they need Python alone, measure nothing and read planted files."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
