"""How the documentation is built: Sphinx, MyST and Furo; warnings fail."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import reference_pages

import vinculo

project = "Vinculo"
copyright = "2026, the Vinculo authors"
author = "The Vinculo authors"
release = version = vinculo.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Vinculo"
html_show_sourcelink = False
autodoc_typehints = "description"
autodoc_member_order = "bysource"
nitpicky = False


def setup(app: object) -> None:
    """Write the generated reference pages before Sphinx reads its sources."""
    reference_pages.write(Path(__file__).parent / "reference" / "generated")
