"""`python -m cli`: the same as `vigie`, where the script is not installed."""

from cli import main

main()
