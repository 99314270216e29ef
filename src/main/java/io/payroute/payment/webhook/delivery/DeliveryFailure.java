package io.payroute.payment.webhook.delivery;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;

import javax.net.ssl.SSLException;

import org.apache.hc.core5.http.HttpException;

import io.payroute.platform.access.OutboundGuard;
import io.payroute.platform.access.SecretBox;

/** A failed request in one word for the endpoint's owner. The exception's text stays here: it may name what he must not know. */
final class DeliveryFailure {

    /** Causes may form a ring. */
    private static final int MAX_DEPTH = 16;

    private DeliveryFailure() {
    }

    static String word(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++, cause = cause.getCause()) {
            String word = wordOf(cause);
            if (word != null) {
                return word;
            }
        }
        return "internal";
    }

    private static String wordOf(Throwable cause) {
        if (cause instanceof OutboundGuard.RefusedException) {
            return "address_refused";
        }
        if (cause instanceof UnknownHostException) {
            return "unknown_host";
        }
        if (cause instanceof InterruptedIOException) {
            return "timeout";
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return "no_connection";
        }
        if (cause instanceof SSLException) {
            return "tls_failed";
        }
        if (cause instanceof SecretBox.UnreadableSecretException) {
            return "secret_unreadable";
        }
        if (cause instanceof HttpException) {
            return "no_http";
        }
        return cause instanceof IOException ? "connection_lost" : null;
    }
}
