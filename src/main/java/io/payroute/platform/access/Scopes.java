package io.payroute.platform.access;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Every scope there is: those of the roles, also of the ones that are off here, and those of every process. */
@Singleton
public class Scopes {

    private final Map<String, Scope> byWord;
    private final Set<Scope> all;
    private final Set<Scope> ofEverybody;

    @Inject
    Scopes(@Any Instance<RoleAccess> roles) {
        this(roles.stream());
    }

    public Scopes(Stream<RoleAccess> roles) {
        this.all = Stream
                .concat(roles.map(RoleAccess::scopes).flatMap(List::stream), Stream.of(Scope.OPERATE, Scope.KEYS_MANAGE))
                .collect(Collectors.toUnmodifiableSet());
        this.ofEverybody = all.stream().filter(Scope::ofEverybody).collect(Collectors.toUnmodifiableSet());
        this.byWord = all.stream().collect(Collectors.toMap(Scope::word, Function.identity()));
    }

    public Set<Scope> all() {
        return all;
    }

    /** What a caller needs, all of them, to be more than one user. */
    Set<Scope> ofEverybody() {
        return ofEverybody;
    }

    boolean isEverybodys(Set<Scope> scopes) {
        return !ofEverybody.isEmpty() && scopes.containsAll(ofEverybody);
    }

    /** @return null for a word that is no scope */
    public Scope ofWord(String word) {
        return byWord.get(word);
    }

    /** The scopes among blank separated words, as in the claim {@code scope} (RFC 8693); other words mean nothing here. */
    public Set<Scope> among(String words) {
        return Stream.of(words.split(" ")).map(byWord::get).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
    }
}
