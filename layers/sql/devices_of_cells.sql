-- Devices that were heard of some metrics in some cells (`cell & mask`; layers/scope.py); `most` of them at most.
-- params: metrics Array(String), mask UInt64, cells Array(UInt64), most UInt32
SELECT DISTINCT toString(device) AS its_device
FROM ($heard)
WHERE metric IN {metrics:Array(String)} AND bitAnd(cell, {mask:UInt64}) IN {cells:Array(UInt64)}
LIMIT {most:UInt32}
