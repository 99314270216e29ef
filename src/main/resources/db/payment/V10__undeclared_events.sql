-- Of a type that the provider's route names nowhere: neither translated nor ignored on purpose.
ALTER TABLE provider_event
    DROP CONSTRAINT provider_event_status_check,
    ADD CONSTRAINT provider_event_status_check CHECK (status IN
        ('waiting', 'applied', 'no_effect', 'conflict', 'unmatched', 'undeclared', 'unreadable', 'failed'));
