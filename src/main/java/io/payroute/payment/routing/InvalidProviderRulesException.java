package io.payroute.payment.routing;

/** A mistake in provider-rules.yaml, with the file, the rule and the remedy. It stops the start. */
public class InvalidProviderRulesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidProviderRulesException(String message) {
        super(message);
    }
}
