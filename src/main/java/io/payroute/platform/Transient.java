package io.payroute.platform;

import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.kafka.common.errors.RetriableException;

import com.fasterxml.jackson.core.JacksonException;
import com.google.protobuf.InvalidProtocolBufferException;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;

/**
 * Tells failures that time alone cures (a server that is unavailable, overloaded or slow) from those that repeating cannot cure.
 * Everything that is not known to be transient is permanent, so that an unforeseen bug ends in the dead letters instead of
 * blocking its partition.
 */
public final class Transient {

    private static final Set<Status.Code> GRPC = Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED,
            Status.Code.RESOURCE_EXHAUSTED, Status.Code.ABORTED, Status.Code.CANCELLED,
            // A token that is being changed, as class 28 below: our set-up fails, not the message.
            Status.Code.UNAUTHENTICATED, Status.Code.PERMISSION_DENIED);

    /**
     * SQLSTATE classes of PostgreSQL: 08 connection, 53 resources, 57 operator intervention, 40 rollback (deadlock,
     * serialization), 55 lock not available, 25 read-only after a failover, 58 system error, 28 a password that is being changed.
     */
    private static final Set<String> SQL_CLASSES = Set.of("08", "53", "57", "40", "55", "25", "58", "28");

    private static final int TOO_MANY_REQUESTS = 429;

    /** Causes may form a ring. */
    private static final int MAX_DEPTH = 16;

    private Transient() {
    }

    public static boolean is(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++, cause = cause.getCause()) {
            if (isItself(cause)) {
                return true;
            }
        }
        return false;
    }

    /** What cannot be decoded now never can. Jackson takes {@code 7B 00 00 00} for UTF-32 and fails as if reading had failed. */
    private static boolean isUnreadable(Throwable cause) {
        return cause instanceof InvalidProtocolBufferException || cause instanceof JacksonException
                || cause instanceof CharConversionException || cause instanceof CharacterCodingException;
    }

    /** The pool's own exceptions have no state: "Sorry, acquisition timeout!", "This pool is closed ...". */
    private static boolean isOfThePool(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("timeout") || message.contains("closed");
    }

    private static boolean isItself(Throwable cause) {
        if (cause instanceof SQLException sql) {
            String state = sql.getSQLState();
            return sql instanceof SQLTransientException || sql instanceof SQLRecoverableException
                    || (state == null
                            ? isOfThePool(sql)
                            : SQL_CLASSES.contains(state.substring(0, Math.min(2, state.length()))));
        }
        if (cause instanceof StatusRuntimeException grpc) {
            return GRPC.contains(grpc.getStatus().getCode());
        }
        if (cause instanceof StatusException grpc) {
            return GRPC.contains(grpc.getStatus().getCode());
        }
        if (cause instanceof HttpOperationFailedException http) {
            return http.getStatusCode() == TOO_MANY_REQUESTS || http.getStatusCode() >= 500;
        }
        return cause instanceof TimeoutException || cause instanceof RejectedExecutionException
                || cause instanceof RetriableException
                || cause instanceof IOException && !isUnreadable(cause);
    }
}
