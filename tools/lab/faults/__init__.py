"""Faults that the lab injects for real, one small module each.

Each says what it breaks, which requirements must turn red because of it, and no others. A fault
that cannot be undone by a reset alone brings its own undo.
"""
