package io.payroute.payment.provider.stripe;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderListing;

/**
 * What the route {@code provider-stripe} calls: it makes Stripe's requests of a {@link ProviderCall} and a {@link ProviderOutcome}
 * of the answers. The secret key is put on a message for one request, and is taken off again before anything is read.
 */
@ApplicationScoped
@Named("stripeProvider")
public class StripeProvider {

    /** The version of the API whose answers {@link StripeAnswers} reads; the account's default may change at any time. */
    static final String VERSION = "2024-06-20";
    private static final String REQUEST = "stripeRequest";
    private static final String REQUESTS = "stripeRequests";
    /** For so many there is time within half a lease, whenever the call begins; see {@link StripeSettings}. */
    static final int PLANNED_REQUESTS = 2;

    private final StripeSettings settings;
    private final StripeDialogue dialogue;

    StripeProvider(StripeSettings settings) {
        this.settings = settings;
        this.dialogue = new StripeDialogue(settings);
    }

    /** The body becomes the first request, or the outcome when there is nothing to send. */
    public void begin(Exchange exchange, @ExchangeProperty(ProviderCall.UNTIL) Long until) {
        Message message = exchange.getMessage();
        if (message.getBody() instanceof ProviderListing.Query query) {
            message.setBody(StripeListing.request(query));
            return;
        }
        ProviderCall call = exchange.getProperty(ProviderCall.PROPERTY, ProviderCall.class);
        message.setBody(isPast(until) ? tooLate(call) : dialogue.begin(call));
    }

    private static boolean isPast(Long until) {
        return until != null && System.nanoTime() - until > 0;
    }

    /** Whether there is a request to be sent. */
    public boolean hasRequest(@Body Object body) {
        return body instanceof StripeRequest;
    }

    /** Sets the headers and the body of the HTTP request, and leaves no other header. */
    public void write(Exchange exchange) {
        Message message = exchange.getMessage();
        StripeRequest request = message.getBody(StripeRequest.class);
        exchange.setProperty(REQUEST, request);
        exchange.setProperty(REQUESTS, exchange.getProperty(REQUESTS, 0, Integer.class) + 1);
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_METHOD, request.method());
        message.setHeader(Exchange.HTTP_PATH, request.path());
        message.setHeader("Authorization", settings.authorization());
        message.setHeader("Stripe-Version", VERSION);
        message.setBody(request.form());
        if (request.query() != null) {
            message.setHeader(Exchange.HTTP_RAW_QUERY, request.query());
            message.setHeader(Exchange.HTTP_QUERY, request.query());
        }
        if (request.key() != null) {
            message.setHeader("Idempotency-Key", request.key());
            message.setHeader(Exchange.CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
    }

    /** The body becomes the next request, the outcome, or the page of a list. */
    public void read(Exchange exchange, @ExchangeProperty(ProviderCall.UNTIL) Long until) {
        Message message = exchange.getMessage();
        StripeRequest request = exchange.getProperty(REQUEST, StripeRequest.class);
        StripeResponse response = StripeResponse.of(message);
        message.removeHeaders("*");
        if (request.kind() == StripeRequest.Kind.LIST) {
            message.setBody(StripeListing.page(response));
            return;
        }
        ProviderCall call = exchange.getProperty(ProviderCall.PROPERTY, ProviderCall.class);
        Object next = dialogue.next(call, request, response);
        if (next instanceof StripeRequest query && query.because() != null) {
            // The operation was sent: that the query about it gets no connection proves nothing.
            exchange.setProperty(ProviderCall.PROPERTY, call.status(call.attempt()));
        }
        boolean further = next instanceof StripeRequest && exchange.getProperty(REQUESTS, Integer.class) >= PLANNED_REQUESTS;
        message.setBody(further && isPast(until) ? new ProviderOutcome.Unanswered("no time for another page") : next);
    }

    /** It waited behind slow calls for so long that another worker may soon take it over. */
    private static ProviderOutcome tooLate(ProviderCall call) {
        String waited = "waited too long for a thread";
        return call.operation().equals(ProviderCall.STATUS)
                ? new ProviderOutcome.Unanswered(waited)
                : new ProviderOutcome.NotDone(waited);
    }
}
