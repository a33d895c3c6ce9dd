"""The contract and its emitters: `python3 -m contract` writes the generated files, `--check` compares them.

Only the standard library is used, so that the files can be made before anything is installed.
"""
