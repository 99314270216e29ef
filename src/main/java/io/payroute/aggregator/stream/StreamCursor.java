package io.payroute.aggregator.stream;

import io.payroute.platform.Refusal;

/**
 * Where a stream is.
 *
 * @param at the number of the event that was the last
 * @param horizon up to which what there is was to be told; the same as {@code at}, or lower, when only new events follow
 */
record StreamCursor(long at, long horizon) {

    boolean isInSnapshot() {
        return at < horizon;
    }

    String text() {
        String text = Long.toString(at, Character.MAX_RADIX);
        return isInSnapshot() ? text + "." + Long.toString(horizon, Character.MAX_RADIX) : text;
    }

    /** @throws Refusal when it is none */
    static StreamCursor of(String text) {
        if (!text.matches("[0-9a-z]{1,12}(\\.[0-9a-z]{1,12})?")) {
            throw Refusal.invalid("cursor", "cursor",
                    "cursor must be the cursor of an event, or the word latest.");
        }
        String[] parts = text.split("\\.");
        long at = Long.parseLong(parts[0], Character.MAX_RADIX);
        return new StreamCursor(at, parts.length == 1 ? at : Long.parseLong(parts[1], Character.MAX_RADIX));
    }
}
