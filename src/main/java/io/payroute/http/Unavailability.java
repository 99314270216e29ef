package io.payroute.http;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.common.errors.RetriableException;

/**
 * Tells a dependency that is away for a while, where sending again helps, from a fault of our own, where it does not. The first
 * is a 503 with a time to wait, the second a 500 that somebody must read.
 */
final class Unavailability {

    private static final int MAX_DEPTH = 16;

    private Unavailability() {
    }

    /** Whether the failure or one of its causes means that the database or the broker cannot be had now. */
    static boolean isCauseOf(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
            if (at instanceof TimeoutException || at instanceof RetriableException) {
                return true;
            }
            if (at instanceof SQLException sql && isAway(sql)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAway(SQLException failure) {
        if (failure instanceof SQLTransientException || failure instanceof SQLRecoverableException
                || failure instanceof SQLNonTransientConnectionException) {
            return true;
        }
        String state = failure.getSQLState();
        if (state == null) {
            // The connection pool's own exception: "Sorry, acquisition timeout!", without a state.
            return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("timeout");
        }
        // PostgreSQL, appendix A: connection, serialization failure or deadlock, resources, operator intervention.
        return state.startsWith("08") || state.startsWith("40") || state.startsWith("53") || state.startsWith("57");
    }
}
