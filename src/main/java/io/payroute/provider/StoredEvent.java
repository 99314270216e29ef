package io.payroute.provider;

/** An event that a role took with its signature, stored, and now wants to understand. */
public interface StoredEvent {

    /** What repetitions share, unique for its provider. */
    String eventId();

    /** The provider's own event, byte by byte where it came alone. */
    byte[] payload();
}
