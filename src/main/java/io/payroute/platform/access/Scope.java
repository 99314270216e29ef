package io.payroute.platform.access;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What a caller may do. A token, key or JWT carries some of these; whatever it does not carry is refused. */
public enum Scope {

    /** Read payments. */
    PAYMENTS_READ("payments:read"),
    /** Make payments. */
    PAYMENTS_WRITE("payments:write"),
    /** Capture, cancel and refund them. */
    REFUNDS_WRITE("refunds:write"),
    /** Webhook endpoints of the merchant. */
    WEBHOOKS_MANAGE("webhooks:manage"),
    /** Send messages in one's own words, over gRPC. */
    NOTIFICATIONS_SEND("notifications:send"),
    /** What an operator sees and does: dead letters, provider events, reconciliation, metrics; and all that is not listed. */
    OPERATE("operate"),
    /** API keys. */
    KEYS_MANAGE("keys:manage"),
    /** Payments of every user: a JWT without it is its subject's own. */
    PAYMENTS_ANY("payments:any");

    /** All of them. */
    public static final Set<Scope> ALL = Set.copyOf(EnumSet.allOf(Scope.class));

    private static final Map<String, Scope> BY_WORD = new HashMap<>();

    static {
        for (Scope scope : values()) {
            BY_WORD.put(scope.word, scope);
        }
    }

    private final String word;

    Scope(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /** @return null for a word that is no scope */
    public static Scope ofWord(String word) {
        return BY_WORD.get(word);
    }

    /** The scopes among blank separated words, as in the claim {@code scope} (RFC 8693); other words mean nothing here. */
    public static Set<Scope> among(String words) {
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String word : words.split(" ")) {
            Scope scope = BY_WORD.get(word);
            if (scope != null) {
                scopes.add(scope);
            }
        }
        return scopes;
    }

    /** Blank separated, always in the same order. */
    public static String words(Set<Scope> scopes) {
        StringBuilder words = new StringBuilder();
        for (Scope scope : values()) {
            if (scopes.contains(scope)) {
                words.append(words.isEmpty() ? "" : " ").append(scope.word);
            }
        }
        return words.toString();
    }
}
