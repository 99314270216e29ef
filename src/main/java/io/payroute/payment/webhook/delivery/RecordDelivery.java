package io.payroute.payment.webhook.delivery;

import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.jboss.logging.Logger;

import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.platform.Causes;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Meters;

/** The last step of a delivery: its answer, or the failure to get one, decides what follows and is written. */
@ApplicationScoped
@Named("recordDelivery")
public class RecordDelivery {

    private static final String FAILURE = "webhookFailure";
    private static final Logger LOG = Logger.getLogger(RecordDelivery.class);

    private final DeliveryQueue queue;
    private final DeliveryRules rules;

    RecordDelivery(DeliveryQueue queue, WebhookSettings settings) {
        this.queue = queue;
        this.rules = new DeliveryRules(settings);
    }

    /** Keeps what the request failed with. What a step caught itself on the way to an answer is no failure. */
    public void keepFailure(Exchange exchange, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        exchange.setProperty(FAILURE, failure);
    }

    /** @return ends after the commit */
    public CompletionStage<Void> record(Exchange exchange, @ExchangeProperty(DueDelivery.PROPERTY) DueDelivery due,
            @ExchangeProperty(DueDelivery.STARTED) Instant startedAt, @ExchangeProperty(FAILURE) Throwable failure) {
        CrashPoint.reached("webhook-after-send-before-mark");
        return queue.finish(result(exchange, due, startedAt, failure));
    }

    /** What fails because this process stops is no attempt. */
    private DeliveryResult result(Exchange exchange, DueDelivery due, Instant startedAt, Throwable failure) {
        if (failure != null && !exchange.getContext().isRunAllowed()) {
            return DeliveryResult.released(due);
        }
        Integer status = failure == null ? exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class) : null;
        DeliveryResult result = rules.decide(due,
                new DeliveryRules.Answer(status, exchange.getMessage().getHeader("Retry-After", String.class), failure),
                startedAt, due.now());
        Meters.time("payroute.webhook.attempt", result.took(), "outcome", result.outcome().name().toLowerCase(Locale.ROOT));
        if ("internal".equals(result.error()) || "secret_unreadable".equals(result.error())) {
            LOG.errorf("event=webhook-not-sent role=payment%s attempt=%d cause=%s", due.logIds(), due.claim(),
                    Causes.brief(failure));
        }
        return result;
    }
}
