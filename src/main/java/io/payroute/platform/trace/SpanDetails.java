package io.payroute.platform.trace;

import org.apache.camel.Exchange;

/** What a role has a span say of the step that has just ended; a bean. Nothing personal, no secret. */
@FunctionalInterface
public interface SpanDetails {

    void describe(Exchange exchange, Span span);
}
