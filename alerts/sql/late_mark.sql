-- Until when (of arrival) somebody has looked at late data; 0 when nobody ever did.
-- params:
SELECT if(count() = 0, 0, toUnixTimestamp64Milli(max(mark))) AS mark_ms FROM late_looks
