package io.payroute.payment.provider;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.ExchangeProperty;

import io.payroute.messaging.Causes;
import io.payroute.payment.model.ChargeOutcome;

/**
 * What a provider route's exception says about the money. Only a connection that was never made proves that nothing was
 * charged; every other failure leaves it open, because the request may have arrived.
 */
@ApplicationScoped
@Named("providerFailure")
public class ProviderFailure {

    /** Causes may form a ring. */
    private static final int MAX_DEPTH = 16;

    public ChargeOutcome outcome(@ExchangeProperty("CamelExceptionCaught") Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++, cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException) {
                return new ChargeOutcome.NotCharged(Causes.brief(failure));
            }
        }
        return new ChargeOutcome.Unanswered(Causes.brief(failure));
    }
}
