"""`python3 -m contract`: write the generated files, or with `--check` say whether they are up to date."""

from contract.gen import main

if __name__ == "__main__":
    raise SystemExit(main())
