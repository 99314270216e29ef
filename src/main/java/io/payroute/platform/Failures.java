package io.payroute.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.ExchangeProperty;

/** The predicate of the error handling in routes/shared: is this a failure that time alone cures? */
@ApplicationScoped
@Named("failures")
public class Failures {

    public boolean isTransient(@ExchangeProperty("CamelExceptionCaught") Throwable failure) {
        return Transient.is(failure);
    }
}
