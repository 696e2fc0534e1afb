-- A condition on a row that none fulfils.
-- params:
0
