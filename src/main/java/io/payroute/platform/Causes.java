package io.payroute.platform;

import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/**
 * A failure in one line for logs and dead letters: types and messages from the outside in, without line breaks, e-mail
 * addresses, long digit runs (card numbers) and bearer tokens.
 */
public final class Causes {

    private static final int MAX = 500;
    private static final Pattern EMAIL = Pattern.compile("[^\\s@<>\"'=]+@[^\\s@<>\"']+");
    /** The id of a payment may have as many digits in a row as a card has, so ids are looked for first. */
    private static final Pattern CARD = Pattern.compile(
            "(\\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b)|\\b\\d(?:[ -]?\\d){11,18}\\b");
    private static final Pattern TOKEN = Pattern.compile("(?i)(bearer|basic|password|secret|token|key)([=: ]+)\\S+");

    private Causes() {
    }

    /** Without what a {@code CompletionStage} wraps a failure in. */
    public static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    public static String brief(Throwable failure) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 4; cause = cause.getCause(), depth++) {
            text.append(depth == 0 ? "" : " < ").append(cause.getClass().getSimpleName());
            if (cause.getMessage() != null) {
                text.append(": ").append(cause.getMessage());
            }
        }
        return mask(text.toString());
    }

    /** Masks what must not be written down, folds white space, and bounds the length. */
    public static String mask(String text) {
        String line = text.substring(0, Math.min(text.length(), 4 * MAX)).replaceAll("[\\s\\p{Cntrl}]+", " ");
        line = EMAIL.matcher(line).replaceAll("***@***");
        line = CARD.matcher(line).replaceAll(found -> found.group(1) == null ? "****" : found.group(1));
        line = TOKEN.matcher(line).replaceAll("$1$2***");
        return line.length() > MAX ? line.substring(0, MAX) : line;
    }
}
