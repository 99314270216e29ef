package io.payroute.provider;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.payroute.provider.ProviderEvent.Funds;
import io.payroute.provider.ProviderEvent.Kind;

/**
 * What the words of one provider mean. A word that is ignored on purpose is {@link Kind#OTHER}; one that is declared nowhere is
 * {@link Kind#UNDECLARED}, so that nothing new at a provider passes unseen. Both are recorded and change nothing.
 */
final class EventKinds {

    private static final Set<Kind> DECLARABLE = EnumSet.complementOf(EnumSet.of(Kind.UNDECLARED, Kind.OTHER));
    static final Meaning IGNORED = new Meaning(Kind.OTHER, null, 0);
    private static final Meaning UNDECLARED = new Meaning(Kind.UNDECLARED, null, 0);

    private final Map<String, Meaning> meanings = new HashMap<>();

    /**
     * @param funds what became of the money of a dispute, null when the word says nothing of it
     * @param step the place of the word among those that are declared
     */
    record Meaning(Kind kind, Funds funds, int step) {
    }

    /**
     * @param text {@code word=kind}, comma separated; {@code word/status=kind} where the word alone does not say it;
     *        {@code kind+funds_withdrawn} or {@code kind+funds_reinstated} where it says two things of a dispute
     */
    void kinds(String text) {
        pairs(text).forEach((word, kind) -> declare(word, meaning(kind)));
    }

    /** @param text words, or {@code word/status}, comma separated */
    void ignored(String text) {
        Arrays.stream(text.split(",")).map(String::trim).filter(word -> !word.isEmpty())
                .forEach(word -> declare(word, IGNORED));
    }

    Meaning of(String word, String status) {
        return meanings.getOrDefault(word + '/' + status, meanings.getOrDefault(word, UNDECLARED));
    }

    private void declare(String word, Meaning meaning) {
        if (meanings.putIfAbsent(word, meaning) != null) {
            throw new IllegalArgumentException("'" + word + "' is declared twice");
        }
    }

    private Meaning meaning(String text) {
        String[] words = text.split("\\+");
        Kind kind = kind(words[0]);
        Kind second = words.length == 1 ? kind : kind(words[1]);
        Funds funds = second == Kind.FUNDS_WITHDRAWN
                ? Funds.WITHDRAWN
                : second == Kind.FUNDS_REINSTATED ? Funds.REINSTATED : null;
        if (words.length > 2 || words.length == 2 && (funds == null || !kind.isDispute())) {
            throw new IllegalArgumentException("kinds: '" + text + "' is no state of a dispute with what became of its funds");
        }
        return new Meaning(kind, funds, meanings.size());
    }

    private static Kind kind(String word) {
        return DECLARABLE.stream().filter(kind -> kind.word().equals(word.trim())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("kinds: '" + word + "' is none of "
                        + DECLARABLE.stream().map(Kind::word).collect(Collectors.joining(", "))));
    }

    /** In their order. */
    static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text.split(",")) {
            String[] sides = pair.trim().split("=");
            if (sides.length == 2) {
                String name = sides[0].trim();
                if (pairs.put(name, sides[1].trim()) != null) {
                    throw new IllegalArgumentException("'" + name + "' is declared twice");
                }
            } else if (!pair.isBlank()) {
                throw new IllegalArgumentException("'" + pair.trim() + "' must be name=value");
            }
        }
        return pairs;
    }
}
