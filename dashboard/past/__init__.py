"""Any past moment: one clock for all that is shown, the city as it was known then, what is kept of it."""
