package io.payroute.provider;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import io.payroute.platform.Ids;
import io.payroute.provider.EventMapping.Identity;
import io.payroute.provider.signature.SignatureScheme;
import io.payroute.provider.signature.SignedJson;
import io.payroute.provider.signature.SignedRequest;

/**
 * The step of the provider-normalizer kamelet, one for each provider's route; its properties are the kamelet's. A request is
 * checked and taken apart into events; an event that was stored before is translated into a {@code ProviderEvent}. What cannot be
 * declared so stops the start.
 */
public final class ProviderNormalizer {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private final EventMapping mapping = new EventMapping();
    private ProviderSignatures signatures;
    private SignatureScheme scheme;
    private String provider;
    private String signature;
    private String signatureHeader;
    private String items;
    private JsonPointer item;
    private String unit;
    private String decimals;
    private String answer;

    /** Checks what was declared, and the provider's secrets. Called once, at start. */
    public void check() {
        try {
            if (!NAME.matcher(provider).matches()) {
                throw new IllegalArgumentException("provider must be lower-case letters, digits and hyphens");
            }
            scheme = signatures.scheme(provider, signature, signatureHeader);
            mapping.unit(unit, decimals);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("Route provider-" + provider + "-events: " + e.getMessage(), e);
        }
    }

    /**
     * Replaces a {@link SignedRequest} by its {@link VerifiedEvents}, and a {@link StoredEvent} by the event that it tells of. A
     * {@link RecordedRequest} becomes a list of its events, which nothing stores, and a {@link RawEvent} a list of {@link ToldEvent}s.
     */
    public void read(Exchange exchange) throws Exception {
        Object body = exchange.getMessage().getBody();
        if (body instanceof StoredEvent stored) {
            exchange.getMessage().setBody(mapping.normalize(provider, stored.eventId(), json(stored.payload())));
            return;
        }
        if (body instanceof RawEvent raw) {
            exchange.getMessage().setBody(told(raw));
            return;
        }
        if (body instanceof RecordedRequest recorded) {
            exchange.getMessage().setBody(events(recorded.body(), recorded.headers()));
            return;
        }
        SignedRequest request = (SignedRequest) body;
        signatures.check(provider, scheme, request);
        exchange.getMessage().setBody(new VerifiedEvents(provider, events(request.body(), request.headers()), answer));
    }

    private List<ToldEvent> told(RawEvent raw) throws UnreadableEvent {
        JsonNode body = raw.json();
        JsonNode several = items.isBlank() ? MissingNode.getInstance() : body.at(items);
        if (!several.isArray()) {
            return List.of(mapping.told(provider, raw.id(), body));
        }
        List<ToldEvent> told = new ArrayList<>();
        for (JsonNode one : several) {
            told.add(mapping.told(provider, raw.id() + '/' + told.size(), one.at(item)));
        }
        return told;
    }

    private static JsonNode json(byte[] payload) throws UnreadableEvent {
        try {
            return SignedJson.object(payload);
        } catch (IOException e) {
            throw new UnreadableEvent("the payload is not one JSON object");
        }
    }

    private List<ReceivedEvent> events(byte[] request, Map<String, Object> headers) {
        List<ReceivedEvent> events = new ArrayList<>();
        try {
            JsonNode body = json(request);
            if (items.isBlank()) {
                events.add(event(body, request, headers));
            } else {
                for (JsonNode one : body.at(items)) {
                    JsonNode event = one.at(item);
                    events.add(event(event, SignedJson.bytes(event), headers));
                }
            }
        } catch (UnreadableEvent e) {
            events.add(ReceivedEvent.unreadable(provider, request, e.getMessage()));
        }
        return events;
    }

    private ReceivedEvent event(JsonNode event, byte[] payload, Map<String, Object> headers) {
        try {
            Identity identity = mapping.identify(event, headers);
            return new ReceivedEvent(Ids.next(), provider, identity.id(), identity.type(), identity.payment(), payload, null);
        } catch (UnreadableEvent e) {
            return ReceivedEvent.unreadable(provider, payload, e.getMessage());
        }
    }

    public void setSignatures(ProviderSignatures signatures) {
        this.signatures = signatures;
    }

    public void setProvider(String provider) {
        this.provider = provider;
    }

    public void setSignature(String signature) {
        this.signature = signature;
    }

    public void setSignatureHeader(String signatureHeader) {
        this.signatureHeader = signatureHeader;
    }

    public void setItems(String items) {
        this.items = items;
    }

    public void setItem(String item) {
        this.item = JsonPointer.compile(item);
    }

    public void setAnswer(String answer) {
        this.answer = answer;
    }

    public void setEventId(String pointer) {
        mapping.pointer("eventId", pointer);
    }

    public void setType(String pointer) {
        mapping.pointer("type", pointer);
    }

    public void setStatus(String pointer) {
        mapping.pointer("status", pointer);
    }

    public void setKinds(String kinds) {
        mapping.kinds().kinds(kinds);
    }

    public void setIgnored(String words) {
        mapping.kinds().ignored(words);
    }

    public void setPaymentId(String pointer) {
        mapping.pointer("paymentId", pointer);
    }

    public void setReference(String pointer) {
        mapping.pointer("reference", pointer);
    }

    public void setCaptureOf(String pointer) {
        mapping.pointer("captureOf", pointer);
    }

    public void setCaptureReference(String pointer) {
        mapping.pointer("captureReference", pointer);
    }

    public void setRefundOf(String pointer) {
        mapping.pointer("refundOf", pointer);
    }

    public void setRefundReference(String pointer) {
        mapping.pointer("refundReference", pointer);
    }

    public void setOperationId(String pointer) {
        mapping.pointer("operationId", pointer);
    }

    public void setDisputeOf(String pointer) {
        mapping.pointer("disputeOf", pointer);
    }

    public void setDisputeReference(String pointer) {
        mapping.pointer("disputeReference", pointer);
    }

    public void setDisputeAmount(String pointer) {
        mapping.pointer("disputeAmount", pointer);
    }

    public void setDisputeReason(String pointer) {
        mapping.pointer("disputeReason", pointer);
    }

    public void setTime(String pointer) {
        mapping.pointer("time", pointer);
    }

    public void setUnit(String unit) {
        this.unit = unit;
    }

    public void setDecimals(String decimals) {
        this.decimals = decimals;
    }

    public void setAmount(String pointer) {
        mapping.pointer("amount", pointer);
    }

    public void setAuthorizedAmount(String pointer) {
        mapping.pointer("authorizedAmount", pointer);
    }

    public void setRefundAmount(String pointer) {
        mapping.pointer("refundAmount", pointer);
    }

    public void setCurrency(String pointer) {
        mapping.pointer("currency", pointer);
    }

    public void setPending(String words) {
        mapping.pending(words);
    }

    public void setShownAs(String pointer) {
        mapping.pointer("shownAs", pointer);
    }

    public void setWholeAmount(String pointer) {
        mapping.pointer("wholeAmount", pointer);
    }

    public void setEmail(String pointer) {
        mapping.pointer("email", pointer);
    }

    public void setHappened(String pointer) {
        mapping.pointer("happened", pointer);
    }

    public void setMetadata(String pointers) {
        mapping.metadata(pointers);
    }

    public void setReason(String pointer) {
        mapping.pointer("reason", pointer);
    }
}
