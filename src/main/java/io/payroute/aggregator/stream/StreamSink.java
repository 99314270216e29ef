package io.payroute.aggregator.stream;

/** The transport to one who watches. Called by one thread at a time. */
interface StreamSink {

    /** Why the server ends a stream. */
    enum End {
        /** Too much waits that is not taken. */
        TOO_SLOW,
        /** This process stops. */
        STOPPING,
        /** Something here failed. */
        FAILED
    }

    /** Whether the transport takes more without keeping it in memory. */
    boolean isReady();

    void send(StreamedEvent event);

    /** @param cursor to go on from */
    void end(End reason, String cursor);
}
