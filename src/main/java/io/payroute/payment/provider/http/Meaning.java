package io.payroute.payment.provider.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What an answer of a provider can mean, in the words that a declaration uses. */
enum Meaning {

    /** What was requested was done. */
    DONE,
    /** The money moved. */
    COMPLETED,
    /** The money is reserved. */
    AUTHORIZED,
    /** Nothing will move. */
    CANCELLED,
    /** Refused for good. */
    DECLINED,
    /** Refused, and may well be accepted elsewhere or later. */
    DECLINED_SOFTLY,
    /** The provider has it and decides later. */
    PENDING,
    /** Refused before anything was begun: a key that does not hold, a rate limit. */
    NOT_DONE,
    /** A query found nothing. */
    ABSENT,
    /** Nobody knows. */
    UNANSWERED;

    boolean isRefusal() {
        return this == DECLINED || this == DECLINED_SOFTLY;
    }

    /** Something that only a successful answer can say. */
    boolean isSuccess() {
        return this == DONE || this == COMPLETED || this == AUTHORIZED || this == CANCELLED || this == PENDING;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Meaning of(String word) {
        return Arrays.stream(values()).filter(meaning -> meaning.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no outcome '" + word + "'; there are "
                        + Arrays.stream(values()).map(Meaning::word).collect(Collectors.joining(", "))));
    }
}
