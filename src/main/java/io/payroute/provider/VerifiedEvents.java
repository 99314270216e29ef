package io.payroute.provider;

import java.util.List;

/**
 * The events of one request whose signature holds. Nothing outside this package can make one, so that no route, whoever writes
 * it, gets an unsigned event stored.
 */
public final class VerifiedEvents {

    private final String provider;
    private final List<ReceivedEvent> events;
    private final String answer;

    VerifiedEvents(String provider, List<ReceivedEvent> events, String answer) {
        this.provider = provider;
        this.events = List.copyOf(events);
        this.answer = answer;
    }

    public String provider() {
        return provider;
    }

    public List<ReceivedEvent> events() {
        return events;
    }

    /** What the provider wants to read. */
    public String answer() {
        return answer;
    }
}
