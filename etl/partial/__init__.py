"""A new snapshot from the one before it and the rows a small load changed, instead of from all rows.

A row of a fact depends only on rows of its own order, parcel, case or lead, on those of the same customer, on policies
and on a few small tables. So the rows that a change can reach are closed over those links (`closure`), the star of
just these rows is built twice, as they were and as they are (`etl.build.star`), and in a copy of the last snapshot the
first is taken out and the second put in (`patch`). What is taken out must be, row for row, what the small star of the
old rows says; wherever that or anything else does not hold, `NotLocalError` sends the load the long way.
"""
