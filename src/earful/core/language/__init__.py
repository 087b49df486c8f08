"""The rule language: which posts a rule means. X's filtered-stream syntax, asked of every network.

`parser.parse` reads a rule into a `tree`, `printer.show` writes it back, `matcher.match` says whether a post
satisfies it and why, and `rulebook.Rulebook` asks many rules of many posts at once. What is wrong with a rule
is an `errors.RuleError`. The grammar follows X's public pages "Build a rule" and "Operators" (docs.x.com).
"""
