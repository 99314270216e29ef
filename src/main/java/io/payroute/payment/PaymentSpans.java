package io.payroute.payment;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.Exchange;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.trace.Span;
import io.payroute.platform.trace.SpanDetails;
import io.quarkus.arc.Unremovable;

/** What a span of this role's steps says beside ids: what came of a provider call. */
@ApplicationScoped
@Unremovable
class PaymentSpans implements SpanDetails {

    @Override
    public void describe(Exchange exchange, Span span) {
        if (exchange.getMessage().getBody() instanceof ProviderOutcome outcome) {
            span.set("outcome", outcome.word());
        }
    }
}
