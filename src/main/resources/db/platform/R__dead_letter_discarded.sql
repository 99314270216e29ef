-- Why a dead letter was closed without a replay, and by whom.
SET LOCAL client_min_messages = warning;
ALTER TABLE dead_letter ADD COLUMN IF NOT EXISTS discard_reason text;
ALTER TABLE dead_letter ADD COLUMN IF NOT EXISTS discarded_by text;
