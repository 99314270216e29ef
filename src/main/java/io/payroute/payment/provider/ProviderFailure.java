package io.payroute.payment.provider;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;

import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.Causes;

/**
 * What a provider route's exception says about the money. Only a request that had no connection to go out by proves that nothing
 * was charged: the address was not found or not reached, the TLS handshake failed, the pool had no connection to give. Nor was anything charged by a request that
 * can move no money and comes before the operation. Every other
 * failure leaves it open: the request may have arrived, and a status query that could not be made says nothing of the charge it
 * asks for. What a provider has answered stays its answer, whatever a step behind the call does.
 * <p>
 * A failed handshake is one at the beginning of a connection. A provider that requires a client certificate in the middle of one
 * must not be called with TLS 1.2, where it would look the same.
 */
@ApplicationScoped
@Named("providerFailure")
public class ProviderFailure {

    /** Causes may form a ring. */
    private static final int MAX_DEPTH = 16;

    public ProviderOutcome outcome(@ExchangeProperty("CamelExceptionCaught") Throwable failure,
            @ExchangeProperty(ProviderCall.PROPERTY) ProviderCall call, @Body Object body) {
        if (body instanceof ProviderOutcome answered) {
            return answered;
        }
        return isPreparing(call) || isOperation(call) && neverConnected(failure)
                ? new ProviderOutcome.NotDone(Causes.brief(failure))
                : new ProviderOutcome.Unanswered(Causes.brief(failure));
    }

    private static boolean isPreparing(ProviderCall call) {
        return call != null && ProviderCall.PREPARE.equals(call.operation());
    }

    private static boolean isOperation(ProviderCall call) {
        return call != null && !ProviderCall.STATUS.equals(call.operation());
    }

    private static boolean neverConnected(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++, cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException || cause instanceof ConnectTimeoutException
                    || cause instanceof ConnectionRequestTimeoutException || cause instanceof SSLHandshakeException
                    || cause instanceof SSLPeerUnverifiedException) {
                return true;
            }
        }
        return false;
    }
}
