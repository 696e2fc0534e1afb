-- What the city heard of a metric in the hours that ended at `ends` (epoch s), of those that are kept: the mean of its devices' means (mean), and the largest sum of any (peak); nothing of an hour in which none was heard.
-- params: metric String, ends Array(UInt32)
SELECT toUnixTimestamp(until) AS end_s, if(devices = 0, NULL, city_hours.mean) AS mean, if(devices = 0, NULL, city_hours.peak) AS peak, toUnixTimestamp64Milli(newest) AS newest_ms
FROM city_hours FINAL
WHERE metric = {metric:String} AND until IN {ends:Array(UInt32)}
ORDER BY end_s
