package io.payroute.platform.grpc;

import org.jboss.logging.Logger;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.payroute.platform.CallRefusal;
import io.payroute.platform.Causes;
import io.payroute.platform.Refusal;
import io.payroute.platform.Transient;

/**
 * What a caller is told of a failure. A rule of the contract that was broken is told in its own words; anything else gets a code
 * and a constant text, and its cause is logged here, once.
 */
final class CallStatus {

    private static final Logger LOG = Logger.getLogger(CallStatus.class);
    /** Causes may form a ring. */
    private static final int MAX_DEPTH = 16;
    private static final String OWN_CODE = "io.payroute.";

    private CallStatus() {
    }

    /** @param status how the call was closed, with the exception as its cause */
    static Status told(Status status, String method) {
        Throwable failure = status.getCause();
        if (failure == null) {
            return status.getCode() == Status.Code.UNKNOWN ? Status.INTERNAL.withDescription("internal error") : status;
        }
        Status told = of(failure);
        if (told.getCode() == Status.Code.INTERNAL || told.getCode() == Status.Code.UNAVAILABLE) {
            LOG.warnf("event=grpc-failed method=%s code=%s cause=%s", method, told.getCode(), Causes.brief(failure));
            LOG.debug("event=grpc-failed method=" + method, failure);
        }
        return told;
    }

    /** What goes with what is told: the details of a refusal, if it is one. */
    static Metadata details(Status status, Status told) {
        Throwable cause = status.getCause();
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++, cause = cause.getCause()) {
            if (cause instanceof Refusal refusal) {
                return CallRefusal.details(refusal, told);
            }
        }
        return new Metadata();
    }

    static Status of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException && ownRule(cause)) {
                return Status.INVALID_ARGUMENT.withDescription(cause.getMessage());
            }
            if (isOurs(cause)) {
                return Status.fromThrowable(cause);
            }
            if (cause instanceof Refusal refusal) {
                return of(refusal);
            }
            if (cause.getCause() == cause) {
                break;
            }
        }
        return Transient.is(failure)
                ? Status.UNAVAILABLE.withDescription("temporarily unavailable")
                : Status.INTERNAL.withDescription("internal error");
    }

    /** All of a refusal is public. */
    private static Status of(Refusal refusal) {
        Status.Code code = switch (refusal.kind()) {
            case MALFORMED, INVALID -> Status.Code.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
            case FORBIDDEN -> Status.Code.PERMISSION_DENIED;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case CONFLICT -> Status.Code.FAILED_PRECONDITION;
            case TOO_MANY -> Status.Code.RESOURCE_EXHAUSTED;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case INTERNAL -> Status.Code.INTERNAL;
        };
        return code.toStatus().withDescription(refusal.detail());
    }

    /** A status that a verb throws, such as NOT_FOUND, and not one that came back from a call to another server. */
    private static boolean isOurs(Throwable cause) {
        return (cause instanceof StatusRuntimeException || cause instanceof StatusException) && ownRule(cause);
    }

    /** Thrown by our own code for the caller; an exception of a library may say anything. */
    private static boolean ownRule(Throwable cause) {
        if (cause.getClass().getName().startsWith(OWN_CODE)) {
            return true;
        }
        StackTraceElement[] trace = cause.getStackTrace();
        for (StackTraceElement frame : trace) {
            if (!frame.getClassName().startsWith("io.grpc.Status")) {
                return frame.getClassName().startsWith(OWN_CODE) && !frame.getClassName().startsWith(OWN_CODE + "proto.");
            }
        }
        return false;
    }
}
