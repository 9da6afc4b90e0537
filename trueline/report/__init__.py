"""From verdicts to what people read: exceptions, journal, summary, Allure."""
