package io.payroute.platform;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces in a line what must not be written down: e-mail addresses, numbers of cards, passwords and tokens. What only looks like
 * one stays, because a line is there to be read: an object's hash behind its class, an id, a time, an amount.
 */
public final class Masks {

    /** The server's name has a dot and ends with letters. The first part is bounded, so that a long text costs no more than its length. */
    private static final Pattern EMAIL = Pattern.compile(
            "[^\\s@<>\"=%]{1,64}+(?:@|%40)(?:[\\p{L}\\d](?:[\\p{L}\\d-]{0,61}[\\p{L}\\d])?\\.){1,9}\\p{L}[\\p{L}\\d-]+");
    /** Ids are looked for first: one may have as many digits in a row as a card. */
    private static final Pattern DIGITS = Pattern.compile(
            "\\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b|(\\b\\d[\\d -]{10,}+)");
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    /** By their first digits, the lengths that there are. */
    private static final Pattern CARD = Pattern.compile(
            "4\\d{12}(?:\\d{3}){0,2}|3[0689]\\d{12}|3[47]\\d{13}|[2-6]\\d{15}|(?:5[06-8]|6\\d)\\d{10,17}");
    private static final int LONGEST = 19;
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(\\b(?:bearer|basic) +|(?:password|secret|token|api[-_]?key)[\"']?[=:] ?)[A-Za-z0-9+/=._~\"'-]{6,}");

    private Masks() {
    }

    public static String masked(String text) {
        String line = text.indexOf('@') < 0 && !text.contains("%40") ? text : EMAIL.matcher(text).replaceAll("***@***");
        line = DIGITS.matcher(line)
                .replaceAll(found -> found.group(1) == null ? found.group() : withoutCards(found.group(1)));
        return SECRET.matcher(line).replaceAll("$1***");
    }

    /** A card's number may stand among others: each run of whole groups is looked at. */
    private static String withoutCards(String digits) {
        StringBuilder text = new StringBuilder();
        Matcher group = NUMBER.matcher(digits);
        int done = 0;
        for (boolean found = group.find(); found; found = group.find()) {
            int end = endOfCard(digits, group.start());
            if (end > 0) {
                text.append(digits, done, group.start()).append("****");
                done = end;
                group.region(end, digits.length());
            }
        }
        return text.append(digits, done, digits.length()).toString();
    }

    /** @return zero where no card's number begins */
    private static int endOfCard(String digits, int start) {
        StringBuilder number = new StringBuilder();
        Matcher group = NUMBER.matcher(digits).region(start, digits.length());
        while (number.length() < LONGEST && group.find()) {
            number.append(group.group());
            if (isCard(number)) {
                return group.end();
            }
        }
        return 0;
    }

    private static boolean isCard(CharSequence number) {
        if (!CARD.matcher(number).matches()) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < number.length(); i++) {
            int digit = number.charAt(number.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? digit : 2 * digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }
}
