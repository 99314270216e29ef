package io.payroute.platform.access;

import java.util.Set;

/**
 * Who sent a request, as far as it was proven. The kinds of credentials name their callers apart ({@code shop},
 * {@code key:shop}, {@code user:ada}), so that none can take another's idempotency keys.
 *
 * @param name whose idempotency keys these are
 * @param bucket whose share of the rate limit is used
 * @param user the one user whose things the caller may see; null for a caller who may see all
 */
record Caller(String name, String bucket, String user, Set<Scope> scopes) {

    static final String ANONYMOUS = "anonymous";

    static Caller ofToken(String name, Set<Scope> scopes) {
        return new Caller(name, name, null, scopes);
    }

    static Caller ofKey(String name, Set<Scope> scopes) {
        return ofToken("key:" + name, scopes);
    }

    static Caller ofSubject(String subject, Set<Scope> scopes, Scopes known) {
        String name = "user:" + subject;
        return new Caller(name, name, known.isEverybodys(scopes) ? null : subject, scopes);
    }
}
