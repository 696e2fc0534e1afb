-- The newest heartbeat.
-- params:
SELECT process, detail FROM heartbeats ORDER BY at DESC LIMIT 1
