package io.payroute.platform.access;

import java.util.List;

/**
 * Which scopes a role has and what its paths need; each role says it of its own by a bean of this type. The first row that fits a
 * request counts, so rows of the busiest paths come first, and of paths that others take in too.
 */
public record RoleAccess(String role, List<Scope> scopes, List<AccessRule> rules) {
}
