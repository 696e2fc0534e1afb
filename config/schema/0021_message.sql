-- What a message about an event is called itself, where that is not the event (CAP: identifier of an update or a cancellation); '' otherwise. Others may refer to it.

ALTER TABLE city_events ADD COLUMN IF NOT EXISTS message String AFTER expires;
