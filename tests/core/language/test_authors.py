"""Which rules can only be answered where the author of a post is told along."""

import pytest

from earful.core.language.authors import asks_author
from earful.core.language.parser import parse


@pytest.mark.parametrize(
    ("rule", "asks"),
    [
        ("lumen down", False),
        ("lumen -from:LumenHelp", False),
        ("lumen from:2200000000", False),
        ("lumen -from:competitor", True),
        ("from:maria_k lumen", True),
        ("lumen bio:doctor", True),
        ("lumen followers_count:1000..5000", True),
        ("lumen -is:verified", True),
        ("lumen is:reply", False),
        ("@LumenHelp to:LumenHelp retweets_of:maria_k", False),
    ],
)
def test_a_rule_asks_who_wrote_a_post(rule, asks):
    assert asks_author(parse(rule), {"lumenhelp"}) is asks
