"""YAML files that people write: read with places, refused with all faults at once, explained in plain words.

The general part of reading any such file, whatever it says; the scenario and the pathway add what they mean.
"""
