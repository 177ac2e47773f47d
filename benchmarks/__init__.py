"""Measurements of the package: `python -m benchmarks NAME [--quick | --full] [--json FILE] [--markdown FILE]`.

A benchmark is one module with a function `measure(quick, full)` that returns rows, and a line in the registry of
`benchmarks.__main__`. Times depend on the machine; the ratios between rows of one run are what to compare.
"""
