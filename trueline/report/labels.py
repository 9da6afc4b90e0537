"""Labels of Allure results that are trueline's own: a name alone, for those who need no more."""

TEST = "test"
"""The label of the pytest id."""
