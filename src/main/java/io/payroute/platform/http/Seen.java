package io.payroute.platform.http;

import org.apache.camel.Message;

import io.payroute.platform.Refusal;

/**
 * What a page showed of the thing that its form changes: its state and attempts, in the field {@value #FIELD}. A button that is pressed
 * twice, or on a page that has stood open since, then changes nothing a second time.
 *
 * @param word null where the request has no such field, as one of a program
 */
public record Seen(String word) {

    public static final Seen NOTHING = new Seen(null);
    private static final String FIELD = "seen";

    public static Seen of(Message message) {
        return new Seen(message.getHeader(FIELD, String.class));
    }

    /**
     * To be called where the thing is locked, so that of two requests the later one sees what the earlier has done.
     *
     * @param attempts whatever grows when it is done once more
     * @throws Refusal 409 when the page showed something else
     */
    public void check(String status, long attempts) {
        if (word != null && !word.equals(status + "-" + attempts)) {
            throw Refusal.conflict("It has changed since the page was shown: it is " + status + " now, after " + attempts
                    + (attempts == 1 ? " attempt" : " attempts") + ". Nothing was done; look at the page again.");
        }
    }
}
