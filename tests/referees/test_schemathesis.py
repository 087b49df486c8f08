"""Whatever anybody sends to the pretend X that X's descriptions allow, it answers as they say, and never breaks.

schemathesis makes the calls out of the descriptions; the seed makes a run repeat.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from earful.sandbox.operations import OPERATIONS
from referees.alone import alone
from shared import shared

VERSIONS = {"tweet": "2.162", "post": "2.167"}
EXAMPLES = 20 if os.environ.get("EARFUL_NIGHTLY") else 2
CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance"


@pytest.mark.parametrize("vocabulary", VERSIONS)
def test_every_operation_conforms_and_none_breaks(vocabulary: str, tmp_path: Path) -> None:
    description = tmp_path / "x.json"
    description.write_text(json.dumps(told(vocabulary)))
    with alone("--vocabulary", vocabulary, "--edition", "enterprise") as pretend:
        said = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")), "run", str(description), "--url", pretend.url,
                "--checks", CHECKS, "--max-examples", str(EXAMPLES), "--phases", "examples,fuzzing", "--workers", "2",
                "--seed", "7", "--request-timeout", "5", "--no-color",
                "-H", f"Authorization: Bearer {pretend['X_BRAND_TOKEN']}",
            ],
            capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path,
        )  # fmt: skip
    assert said.returncode == 0, said.stdout[-6000:] + said.stderr[-2000:]
    tested = re.search(r"Tested: (\d+)", said.stdout)
    assert tested is not None
    assert int(tested[1]) > 50


def told(vocabulary: str) -> dict[str, object]:
    """X's description, of the operations that the pretend X has and that end.

    The newer one lists nine types of problem, and not those of a refused token or a broken rule, which X's pages name
    all the same: there any problem with a type and a title will do.
    """
    whole = json.loads(shared("contracts", "x", f"openapi-{VERSIONS[vocabulary]}.json").read_text())
    known = {(one.method.lower(), nameless(one.path)) for one in OPERATIONS if not one.stream}
    paths = {}
    for path, methods in whole["paths"].items():
        kept = {method: what for method, what in methods.items() if (method, nameless(path)) in known}
        if kept:
            paths[path] = kept
    whole["paths"] = paths
    if vocabulary == "post":
        whole["components"]["schemas"]["Problem"] = {"type": "object", "required": ["type", "title"]}
    return dict(whole)


def nameless(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)
