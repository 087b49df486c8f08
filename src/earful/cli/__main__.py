"""`python -m earful.cli`, which the launcher becomes."""

from earful.cli import main

main()
