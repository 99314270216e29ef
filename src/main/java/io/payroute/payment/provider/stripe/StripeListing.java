package io.payroute.payment.provider.stripe;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jboss.logging.Logger;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.payment.provider.ProviderListing;
import io.payroute.payment.provider.ProviderListing.Entry;
import io.payroute.payment.provider.ProviderListing.Status;

/** The list of Stripe's payments of a period. Other than its search, the list is complete. */
final class StripeListing {

    private static final Logger LOG = Logger.getLogger(StripeListing.class);

    private StripeListing() {
    }

    static StripeRequest request(ProviderListing.Query query) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("created[gte]", String.valueOf(query.from().getEpochSecond()));
        fields.put("created[lt]", String.valueOf(query.to().getEpochSecond()));
        fields.put("limit", "100");
        fields.put("expand[]", "data.latest_charge.refunds");
        if (query.cursor() != null) {
            fields.put("starting_after", query.cursor());
        }
        return StripeRequest.get(StripeRequest.Kind.LIST, "/v1/payment_intents", fields);
    }

    /** @throws IllegalStateException when it is no list */
    static ProviderListing.Page page(StripeResponse response) {
        JsonNode data = response.body().path("data");
        if (!response.isSuccess() || !data.isArray()) {
            throw new IllegalStateException("Stripe gave no list: HTTP " + response.status() + ' '
                    + StripeDeclines.word(response.error(), "code", StripeDeclines.word(response.error(), "type", "")));
        }
        List<Entry> entries = new ArrayList<>();
        String last = null;
        for (JsonNode intent : data) {
            last = intent.path("id").asText();
            try {
                entries.add(entry(intent));
            } catch (IllegalArgumentException e) {
                LOG.warnf("event=reconciliation-unreadable provider=stripe reference=%s cause=%s", last, e.getMessage());
            }
        }
        return new ProviderListing.Page(entries, response.body().path("has_more").asBoolean() ? last : null);
    }

    private static Entry entry(JsonNode intent) {
        String currency = intent.path("currency").asText();
        JsonNode charge = intent.path("latest_charge");
        List<ProviderListing.Refund> refunds = new ArrayList<>();
        for (JsonNode refund : charge.path("refunds").path("data")) {
            if (refund.path("status").asText().equals("succeeded")) {
                refunds.add(new ProviderListing.Refund(refund.path("id").asText(),
                        uuid(refund.path("metadata").path(StripeRequests.REFUND_ID).asText()),
                        minor(refund.path("amount"), currency)));
            }
        }
        return new Entry(intent.path("id").asText(), uuid(intent.path("metadata").path(StripeRequests.PAYMENT_ID).asText()),
                StripeAmounts.money(intent.path("amount").asLong(), currency), status(intent.path("status").asText()),
                minor(intent.path("amount_received"), currency), minor(charge.path("amount_refunded"), currency), refunds,
                charge.path("disputed").asBoolean(),
                Instant.ofEpochSecond(intent.path("created").asLong()));
    }

    private static Status status(String word) {
        return switch (word) {
            case "succeeded" -> Status.COMPLETED;
            case "requires_capture" -> Status.AUTHORIZED;
            case "processing" -> Status.PENDING;
            case "canceled" -> Status.CANCELLED;
            default -> Status.FAILED;
        };
    }

    private static long minor(JsonNode amount, String currency) {
        return StripeAmounts.money(amount.asLong(), currency).minor();
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
