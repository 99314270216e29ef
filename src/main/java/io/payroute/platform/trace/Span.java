package io.payroute.platform.trace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Something that takes its time, and is recorded as part of a trace when it has ended. */
public interface Span {

    /** Who is on the other side. */
    enum Kind {
        INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER
    }

    /** What its parts are parts of; null when nothing is traced. */
    TraceContext context();

    /** @param value null to leave it out; nothing personal, no secret */
    Span set(String name, Object value);

    Span named(String name);

    /** @param cause a type or a word; the text of a failure may say anything */
    Span failed(String cause);

    void end();

    /** @param failure by which it ended, or null */
    default void end(Throwable failure) {
        if (failure != null) {
            failed(failure.getClass().getSimpleName());
        }
        end();
    }

    /** Sets what a line of the log would say, {@code  paymentId=... eventId=...}. */
    default Span about(String ids) {
        Matcher pair = Pairs.FORM.matcher(ids);
        while (pair.find()) {
            set(pair.group(1), pair.group(2));
        }
        return this;
    }

    /** Records nothing; its parts belong to what it was to be a part of. */
    static Span none(TraceContext context) {
        return new Unrecorded(context);
    }

    /** A span that is not recorded. */
    record Unrecorded(TraceContext context) implements Span {

        @Override
        public Span set(String name, Object value) {
            return this;
        }

        @Override
        public Span named(String name) {
            return this;
        }

        @Override
        public Span failed(String cause) {
            return this;
        }

        @Override
        public Span about(String ids) {
            return this;
        }

        @Override
        public void end() {
            // Nothing was begun.
        }
    }

    /** The form of ids in a line. */
    final class Pairs {
        private static final Pattern FORM = Pattern.compile("([A-Za-z]+)=(\\S+)");

        private Pairs() {
        }
    }
}
