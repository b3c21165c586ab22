"""A model as a query of KQL, which finds in a table of messages what judging each of them finds."""
