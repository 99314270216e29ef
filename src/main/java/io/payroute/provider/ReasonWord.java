package io.payroute.provider;

import java.util.Locale;

/** A provider's reason as we keep it: a word, whatever the provider writes. */
public final class ReasonWord {

    private static final int MAX_LENGTH = 64;

    private ReasonWord() {
    }

    /** @return lower case with underscores, null when nothing is left */
    public static String of(String text) {
        if (text == null) {
            return null;
        }
        String word = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
        return word.isEmpty() ? null : word.substring(0, Math.min(word.length(), MAX_LENGTH));
    }
}
