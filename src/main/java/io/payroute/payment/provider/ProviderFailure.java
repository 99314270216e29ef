package io.payroute.payment.provider;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.ExchangeProperty;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.runtime.Causes;

/**
 * What a provider route's exception says about the money. Only a charge whose connection was never made proves that nothing was
 * charged; every other failure leaves it open: the request may have arrived, and a status query that could not be made says
 * nothing of the charge it asks for.
 */
@ApplicationScoped
@Named("providerFailure")
public class ProviderFailure {

    /** Causes may form a ring. */
    private static final int MAX_DEPTH = 16;

    public ProviderOutcome outcome(@ExchangeProperty("CamelExceptionCaught") Throwable failure,
            @ExchangeProperty(ProviderCall.PROPERTY) ProviderCall call) {
        return isOperation(call) && neverConnected(failure)
                ? new ProviderOutcome.NotDone(Causes.brief(failure))
                : new ProviderOutcome.Unanswered(Causes.brief(failure));
    }

    private static boolean isOperation(ProviderCall call) {
        return call != null && !ProviderCall.STATUS.equals(call.operation());
    }

    private static boolean neverConnected(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++, cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException) {
                return true;
            }
        }
        return false;
    }
}
