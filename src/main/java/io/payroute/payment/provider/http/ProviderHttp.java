package io.payroute.payment.provider.http;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jboss.logging.Logger;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderListing;
import io.payroute.platform.CrashPoint;
import io.payroute.provider.AmountUnit;
import io.payroute.provider.UnreadableEvent;
import io.payroute.provider.ValuePointer;

/**
 * The steps of the provider-http kamelet, one for each use; what it declares are the kamelet's properties. A use gets a
 * {@link ProviderCall} and leaves an outcome, or the call for the next use; to an outcome it does nothing. What cannot be declared
 * so stops the start.
 */
public final class ProviderHttp implements CamelContextAware {

    private static final Logger LOG = Logger.getLogger(ProviderHttp.class);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final String SENT = "providerHttpSent";

    /** What a request is sent for. @param original body */
    private record Sent(Object original, HttpCall call) {
    }

    private final Map<String, String> declared = new HashMap<>();
    private CamelContext context;
    private DeclaredProviders providers;
    private String provider;
    private Purpose purpose;
    private AmountUnit unit;
    private DeclaredRequest request;
    private DeclaredAnswer answer;
    private DeclaredList list;
    private final Map<String, ValuePointer> kept = new LinkedHashMap<>();
    private Duration keyLife;
    private String refusal;

    /** Checks what was declared, and the provider's configuration. Called once, at start. */
    public void check() {
        Declaration all = new Declaration(declared);
        provider = all.text("provider");
        try {
            if (!NAME.matcher(provider).matches()) {
                throw new IllegalArgumentException("provider must be lower-case letters, digits and hyphens");
            }
            purpose = Purpose.valueOf(all.oneOf("purpose", Arrays.stream(Purpose.values()).map(Purpose::word).toList())
                    .toUpperCase(Locale.ROOT));
            providers.connect(context, provider, all.text("authentication"));
            unit = AmountUnit.of(all.text("unit"), all.text("decimals"));
            refusal = all.text("refusal");
            keyLife = all.duration("keyLife");
            if (purpose != Purpose.REFUSE) {
                declare(all);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("Route provider-" + provider + ", " + all.text("purpose") + " " + all.text("path")
                    + ": " + e.getMessage(), e);
        }
    }

    private void declare(Declaration all) {
        request = new DeclaredRequest(all);
        if (keyLife != null && !request.hasKey()) {
            throw new IllegalArgumentException("keyLife needs keyHeader: without a key a repetition may be done again");
        }
        if (purpose == Purpose.LIST) {
            list = new DeclaredList(provider, unit, all);
        } else {
            answer = new DeclaredAnswer(purpose, unit, all);
        }
        all.read("keep", text -> {
            DeclaredText.pairs(text).forEach((name, pointer) -> kept.put(name, ValuePointer.of(pointer)));
            return null;
        });
        if (purpose == Purpose.PREPARE == kept.isEmpty()) {
            throw new IllegalArgumentException("keep names what the next request needs, with purpose prepare and no other");
        }
        check(request.variables().stream());
        if (answer != null) {
            check(answer.variables());
        }
        providers.kept(provider).addAll(kept.keySet());
        if (purpose == Purpose.OPERATION && request.isGet()) {
            throw new IllegalArgumentException("method is GET, which moves nothing: purpose must be query, prepare or list");
        }
    }

    /** A misspelt name would be a field that is left out. */
    private void check(Stream<String> names) {
        Set<String> known = new TreeSet<>(providers.kept(provider));
        known.addAll(CallVariables.names(purpose));
        names.filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("there is no ${variable." + name + "}; there are " + known);
        });
    }

    /** The body becomes the request, or the outcome when there is nothing to send. */
    public void begin(Exchange exchange) {
        Message message = exchange.getMessage();
        Object body = message.getBody();
        if (body instanceof ProviderOutcome) {
            return;
        }
        Object next = body instanceof ProviderListing.Query query ? page(exchange, query) : call(exchange, (ProviderCall) body);
        if (next instanceof HttpCall call) {
            exchange.setProperty(SENT, new Sent(body, call));
        }
        message.setBody(next);
    }

    private HttpCall page(Exchange exchange, ProviderListing.Query query) {
        if (purpose != Purpose.LIST) {
            throw new IllegalStateException("Provider " + provider + " declares no list.");
        }
        CallVariables.set(exchange, query);
        return request.of(exchange, null).orElseThrow();
    }

    private Object call(Exchange exchange, ProviderCall call) {
        boolean query = call.operation().equals(ProviderCall.STATUS);
        String operation = DeclaredAnswer.operation(call);
        boolean charge = operation.equals(ProviderCall.CHARGE) || operation.equals(ProviderCall.AUTHORIZE);
        if (purpose == Purpose.QUERY && !query || purpose == Purpose.LIST) {
            throw new IllegalStateException(
                    "Provider " + provider + " declares a " + purpose.word() + " for " + operation + ".");
        }
        if (purpose == Purpose.REFUSE) {
            return refused(query, refusal.isEmpty() ? "not_supported" : refusal, charge);
        }
        if (purpose == Purpose.OPERATION && query
                && (keyLife == null || call.keyAge() == null || call.keyAge().compareTo(keyLife) >= 0)) {
            return new ProviderOutcome.Unanswered("the key may be forgotten, so nothing is sent again");
        }
        Optional<BigDecimal> amount = unit.write(call.money());
        if (amount.isEmpty()) {
            return refused(query, "amount_or_currency_not_supported", charge);
        }
        CallVariables.set(exchange, call, amount.get());
        Optional<HttpCall> sent = request.of(exchange, call.key());
        return sent.isPresent() ? sent.get() : notSent(call, "a value for " + provider + "'s path is missing");
    }

    /** Nothing is sent. What was not sent today may have been sent under yesterday's configuration, though. */
    private static ProviderOutcome refused(boolean query, String reason, boolean charge) {
        return query ? new ProviderOutcome.Unanswered(reason) : new ProviderOutcome.Declined(reason, charge);
    }

    private static ProviderOutcome notSent(ProviderCall call, String why) {
        return call.operation().equals(ProviderCall.STATUS)
                ? new ProviderOutcome.Unanswered(why)
                : new ProviderOutcome.NotDone(why);
    }

    /** Whether there is a request to be sent. */
    public boolean hasRequest(@Body Object body) {
        return body instanceof HttpCall;
    }

    /**
     * Sets the headers and the body of the HTTP request, and leaves no other header.
     *
     * @throws ConnectionRequestTimeoutException when it waited behind slow calls for so long that another worker may soon take
     *         it over
     */
    public void write(Exchange exchange, @ExchangeProperty(ProviderCall.UNTIL) Long until)
            throws ConnectionRequestTimeoutException {
        if (until != null && System.nanoTime() - until > 0) {
            throw new ConnectionRequestTimeoutException("waited too long for a thread");
        }
        ProviderCall asked = exchange.getProperty(ProviderCall.PROPERTY, ProviderCall.class);
        if (purpose == Purpose.PREPARE && !asked.operation().equals(ProviderCall.STATUS)) {
            exchange.setProperty(ProviderCall.PROPERTY, asked.prepare());
        }
        Message message = exchange.getMessage();
        HttpCall call = message.getBody(HttpCall.class);
        message.removeHeaders("*");
        call.headers().forEach(message::setHeader);
        message.setHeader(Exchange.HTTP_METHOD, call.method());
        message.setHeader(Exchange.HTTP_PATH, call.path());
        if (call.query() != null) {
            message.setHeader(Exchange.HTTP_RAW_QUERY, call.query());
            message.setHeader(Exchange.HTTP_QUERY, call.query());
        }
        if (call.contentType() != null) {
            message.setHeader(Exchange.CONTENT_TYPE, call.contentType());
        }
        message.setBody(call.body());
    }

    /** The body becomes the outcome, the page of a list, or the call again where the next request goes on. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        int http = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        JsonNode json = DeclaredAnswer.json(message.getBody(byte[].class));
        Object original = ((Sent) exchange.removeProperty(SENT)).original();
        message.removeHeaders("*");
        if (original instanceof ProviderListing.Query query) {
            message.setBody(list.page(http, json, query.cursor()));
            return;
        }
        ProviderCall call = (ProviderCall) original;
        if (http == 401 || http == 403) {
            LOG.errorf(
                    "event=provider-refused role=payment provider=%s paymentId=%s status=%d remedy=\"check %s and its rights\"",
                    provider, call.paymentId(), http, ProviderConnection.key(provider, "api-key"));
        }
        call.describe(message::setHeader);
        message.setHeader("provider", provider);
        message.setBody(purpose == Purpose.PREPARE
                ? prepared(exchange, call, http, json)
                : answer.read(call, exchange, http, json));
        exchange.setProperty(ProviderCall.PROPERTY, call);
    }

    /** Whatever was answered, no money moved; but of an operation that was sent earlier it says nothing. */
    private Object prepared(Exchange exchange, ProviderCall call, int http, JsonNode json) {
        ProviderOutcome outcome = answer.read(call, exchange, http, json);
        boolean query = call.operation().equals(ProviderCall.STATUS);
        if (outcome instanceof ProviderOutcome.Unanswered && http >= 200 && http < 300 && keep(exchange, json)) {
            CrashPoint.reached("provider-http-prepared");
            return call;
        }
        return outcome instanceof ProviderOutcome.Declined && !query ? outcome : notSent(call, outcome.detail());
    }

    private boolean keep(Exchange exchange, JsonNode json) {
        try {
            for (Map.Entry<String, ValuePointer> one : kept.entrySet()) {
                String value = json == null ? null : DeclaredAnswer.value(one.getValue(), json);
                if (value == null) {
                    return false;
                }
                exchange.setVariable(one.getKey(), value);
            }
            return true;
        } catch (UnreadableEvent e) {
            return false;
        }
    }

    /** What the use declares, by the names of the kamelet's properties. */
    public Map<String, String> getDeclared() {
        return declared;
    }

    public void setProviders(DeclaredProviders providers) {
        this.providers = providers;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.context = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }
}
