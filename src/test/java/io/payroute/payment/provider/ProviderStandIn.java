package io.payroute.payment.provider;

import org.apache.camel.impl.DefaultCamelContext;

/** A server in a provider's place, for what holds for every provider. */
public interface ProviderStandIn {

    /** Starts it, and loads the provider's route and the error handling. */
    void start(DefaultCamelContext context) throws Exception;

    void stop();

    String name();

    /** By which the provider knows its one payment. */
    String reference();
}
