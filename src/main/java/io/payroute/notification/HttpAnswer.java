package io.payroute.notification;

import java.util.Set;

import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * The answer of a service that did not take a message. Its address is told to nobody: of many services it is the secret.
 *
 * @param status of HTTP
 */
record HttpAnswer(int status) {

    /** They say something of our credentials or of the moment, not of the message: 401, 403, 407, 408, 425, 429. */
    private static final Set<Integer> NOT_OF_THE_MESSAGE = Set.of(401, 403, 407, 408, 425, 429);

    /** @return null when the failure is no answer */
    static HttpAnswer in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpOperationFailedException answered) {
                return new HttpAnswer(answered.getStatusCode());
            }
        }
        return null;
    }

    String brief() {
        return "the service answered " + status;
    }

    /** Whether repeating cannot help. */
    boolean isFinal() {
        return status >= 400 && status < 500 && !NOT_OF_THE_MESSAGE.contains(status);
    }
}
