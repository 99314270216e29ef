package io.payroute.platform.access;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a caller may do. A token, key or JWT carries some of these; whatever it does not carry is refused. A role's own stand with
 * it ({@link RoleAccess}); here are those of every process, and {@link Scopes} has all of them.
 *
 * @param word as tokens, keys and JWTs say it
 * @param ofEverybody whether it is about every user's things: a JWT without it is its subject's own
 */
public record Scope(String word, boolean ofEverybody) implements Comparable<Scope> {

    /** What an operator sees and does: dead letters, provider events, reconciliation, metrics; and all that is not listed. */
    public static final Scope OPERATE = new Scope("operate");
    /** API keys. */
    public static final Scope KEYS_MANAGE = new Scope("keys:manage");

    public Scope(String word) {
        this(word, false);
    }

    /** Blank separated, always in the same order. */
    public static String words(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::word).collect(Collectors.joining(" "));
    }

    @Override
    public int compareTo(Scope other) {
        return word.compareTo(other.word);
    }
}
