"""Makes `core/triage/heads.npz` anew from the corpus: the heads that come with the product. Two minutes of one core.

.venv/bin/python bench/heads.py
"""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
from earful.core.triage.corpus import corpus, from_corpus  # noqa: E402
from earful.core.triage.model import SHIPPED  # noqa: E402
from earful.core.triage.vectors import vectors  # noqa: E402


def main() -> None:
    """Learn every head, and write them beside the code."""
    began = time.process_time()
    model = from_corpus(corpus(), vectors())
    (ROOT / "src/earful/core/triage" / SHIPPED).write_bytes(model.as_bytes())
    print(f"{len(corpus()):,} posts, {len(model.places):,} places, {time.process_time() - began:.0f} s of a core")


if __name__ == "__main__":
    main()
