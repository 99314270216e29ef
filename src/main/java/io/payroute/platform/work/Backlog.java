package io.payroute.platform.work;

/**
 * Which rows wait, and since when.
 *
 * @param rows what follows {@code FROM}
 * @param since the column that says it
 */
public record Backlog(String rows, String since) {

    /** How many they are, and the age of the oldest in seconds. */
    String sql() {
        return "SELECT count(*), coalesce(extract(epoch FROM now() - min(" + since + ")), 0)::float8 FROM " + rows;
    }
}
