package io.payroute.platform.access;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tokens of the configuration and the question whose a token is. Only digests are kept, and every one is compared in
 * constant time, so neither a dump of memory nor the time of an answer gives a token away.
 */
public final class AccessTokens {

    /** Fewest characters of a token. */
    static final int MIN_LENGTH = 32;

    private static final Pattern ENTRY = Pattern
            .compile("([A-Za-z0-9._-]{1,64})(?:\\[([a-z:+]*)])?:(.{" + MIN_LENGTH + ",})");

    private final List<Entry> entries;

    private AccessTokens(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * @param variable the environment variable that messages name
     * @param configured {@code name:token}, or {@code name[scope+scope]:token} for one that may not do everything; comma
     *     separated; blank gives no entry
     * @param known scopes; any other is refused
     * @throws IllegalStateException naming the property and the remedy, never a token
     */
    public static AccessTokens parse(String variable, String configured, Scopes known) {
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String item : configured.split(",")) {
            if (item.isBlank()) {
                continue;
            }
            Matcher entry = ENTRY.matcher(item.trim());
            if (!entry.matches()) {
                throw new IllegalStateException(variable + ": entry " + (entries.size() + 1)
                        + " must be name:token or name[scope+scope]:token, with a token of at least " + MIN_LENGTH
                        + " characters, for example from: openssl rand -hex 32");
            }
            String name = entry.group(1);
            if (!names.add(name)) {
                throw new IllegalStateException(variable + ": the name " + name + " is given twice");
            }
            Set<Scope> scopes = entry.group(2) == null ? known.all() : scopes(variable, name, entry.group(2), known);
            entries.add(new Entry(Caller.ofToken(name, scopes), Digests.sha256(entry.group(3))));
        }
        return new AccessTokens(List.copyOf(entries));
    }

    private static Set<Scope> scopes(String variable, String name, String words, Scopes known) {
        Set<Scope> scopes = new HashSet<>();
        for (String word : words.split("\\+")) {
            Scope scope = known.ofWord(word);
            if (scope == null) {
                throw new IllegalStateException(variable + ": " + name + " has the scope '" + word
                        + "', which does not exist; there are " + Scope.words(known.all()));
            }
            scopes.add(scope);
        }
        return scopes;
    }

    /** The first token of the same text that lets what the scope says; null when there is none. For a process that calls itself. */
    public String first(String configured, Scope scope) {
        return Stream.of(configured.split(",")).map(item -> ENTRY.matcher(item.trim())).filter(Matcher::matches)
                .map(entry -> entry.group(3)).filter(token -> scopesOf(token).contains(scope)).findFirst().orElse(null);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The token's caller; null when nobody has it. */
    Caller callerOf(String token) {
        byte[] digest = Digests.sha256(token);
        Caller caller = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest, digest)) {
                caller = entry.caller;
            }
        }
        return caller;
    }

    /** What the token lets; null when nobody has it. */
    public Set<Scope> scopesOf(String token) {
        Caller caller = callerOf(token);
        return caller == null ? null : caller.scopes();
    }

    private record Entry(Caller caller, byte[] digest) {
    }
}
