package io.payroute.payment.event;

import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Refusal;
import io.payroute.provider.ProviderSignatures;
import io.payroute.provider.VerifiedEvents;
import io.payroute.provider.signature.SignedRequest;

/**
 * Both ends of {@code POST /webhooks/{provider}}: what stands between them, the provider's own route, checks the signature. Nothing
 * is stored without {@link VerifiedEvents}, which only that check makes, and nothing is answered before it is stored.
 */
@ApplicationScoped
@Named("providerWebhookHandler")
public class ProviderWebhookHandler {

    private static final Pattern PROVIDER = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** No provider signs in these, and whoever sent them by mistake does not want them kept. */
    private static final List<String> CREDENTIALS = List.of("Authorization", "Proxy-Authorization", "Cookie");

    private final CamelContext camel;
    private final ProviderSignatures signatures;
    private final StoreProviderEvents storeProviderEvents;

    ProviderWebhookHandler(CamelContext camel, ProviderSignatures signatures, StoreProviderEvents storeProviderEvents) {
        this.camel = camel;
        this.signatures = signatures;
        this.storeProviderEvents = storeProviderEvents;
    }

    /**
     * Replaces the body by the {@link SignedRequest} and leaves no header but the provider's name.
     *
     * @throws Refusal 404 for a provider without a route or a secret, 400 without a body
     */
    public void open(Exchange exchange) {
        Message message = exchange.getMessage();
        String provider = message.getHeader("provider", "", String.class);
        if (!PROVIDER.matcher(provider).matches() || camel.getRoute("provider-" + provider + "-events") == null
                || !signatures.hasSecret(provider)) {
            throw ProviderSignatures.unknown();
        }
        byte[] body = message.getBody(byte[].class);
        if (body == null || body.length == 0) {
            throw Refusal.malformed("The body is empty; an event is expected.");
        }
        TreeMap<String, Object> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(message.getHeaders());
        CREDENTIALS.forEach(headers::remove);
        message.removeHeaders("*", "CamelHttpPath");
        message.setHeader("provider", provider);
        message.setBody(new SignedRequest(body, headers, Instant.now()));
    }

    /** Answers 200 after the commit, also for events that were there already. */
    public void store(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        if (!(message.getBody() instanceof VerifiedEvents verified)) {
            throw new IllegalStateException("A provider's route did not check the signature: it must use provider-normalizer.");
        }
        storeProviderEvents.store(verified.events());
        message.removeHeaders("*");
        message.setHeader(Exchange.CONTENT_TYPE, verified.answer().startsWith("{") ? "application/json" : "text/plain");
        message.setBody(verified.answer());
    }
}
