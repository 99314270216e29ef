package io.payroute.platform.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

import io.payroute.platform.Refusal;

/**
 * Reads every time that comes from outside, as RFC 3339 writes it: years of four digits, so that each can be stored and shown
 * again. Java alone takes the year 999999999, which no database does.
 */
public final class RequestTime {

    private static final Pattern FORM = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})");
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private RequestTime() {
    }

    /** @return null when the text is no time */
    public static Instant parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return time.isBefore(FIRST) || time.isAfter(LAST) ? null : time;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** @throws Refusal 422 naming the field */
    public static Instant of(String field, String text) {
        Instant time = parse(text);
        if (time == null) {
            throw Refusal.invalid(field, "timestamp", field + " must be a time such as 2026-11-21T04:03:25Z.");
        }
        return time;
    }
}
