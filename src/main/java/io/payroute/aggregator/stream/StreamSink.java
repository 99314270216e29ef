package io.payroute.aggregator.stream;

/** The transport to one who watches. Called by one thread at a time. */
interface StreamSink {

    /** Why the server ends a stream. */
    enum End {
        /** Too much waits that is not taken. */
        TOO_SLOW,
        /** It is as old as a stream may become: who comes back shows again who it is. */
        OLD,
        /** This process stops. */
        STOPPING,
        /** Something here failed. */
        FAILED
    }

    /** Comes first, so that whoever is cut off before the first event knows where to go on. */
    void begin(String cursor);

    /** Whether the transport takes more without keeping it in memory. */
    boolean isReady();

    void send(StreamedEvent event);

    /** @param cursor to go on from */
    void end(End reason, String cursor);
}
