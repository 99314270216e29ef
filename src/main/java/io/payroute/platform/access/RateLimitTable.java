package io.payroute.platform.access;

/** That the database of a role has the table in which all processes count requests together; the role says so by a bean. */
public record RateLimitTable(String role) {
}
