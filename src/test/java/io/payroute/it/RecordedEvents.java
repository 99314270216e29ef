package io.payroute.it;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.vertx.core.json.JsonObject;

/**
 * Events of one provider in its own words, about payments of ours, each in a file with the headers of its request: what it tells in
 * the order in which it happens, and whatever may go wrong with that.
 */
final class RecordedEvents {

    /** One request. */
    record One(String provider, String eventId, Path file) {
    }

    private static final Map<String, Map<String, String>> WORDS = Map.of(
            "stripe", Map.of("authorized", "payment_intent.amount_capturable_updated", "completed", "payment_intent.succeeded",
                    "failed", "payment_intent.payment_failed", "cancelled", "payment_intent.canceled", "refunded",
                    "refund.created", "opened", "charge.dispute.created", "lost", "charge.dispute.closed", "ignored",
                    "customer.created"),
            "paypal", Map.of("authorized", "PAYMENT.AUTHORIZATION.CREATED", "completed", "PAYMENT.CAPTURE.COMPLETED", "failed",
                    "PAYMENT.CAPTURE.DENIED", "cancelled", "PAYMENT.AUTHORIZATION.VOIDED", "refunded",
                    "PAYMENT.CAPTURE.REFUNDED", "opened", "CUSTOMER.DISPUTE.CREATED", "lost", "CUSTOMER.DISPUTE.RESOLVED",
                    "ignored", "CHECKOUT.ORDER.SAVED"),
            "adyen", Map.of("authorized", "AUTHORISATION", "completed", "CAPTURE", "failed", "AUTHORISATION", "cancelled",
                    "CANCELLATION", "refunded", "REFUND", "opened", "NOTIFICATION_OF_CHARGEBACK", "lost", "SECOND_CHARGEBACK",
                    "ignored", "AUTHENTICATION"),
            "razorpay", Map.of("authorized", "payment.authorized", "completed", "payment.captured", "failed", "payment.failed",
                    "cancelled", "payment.cancelled", "refunded", "refund.processed", "opened", "payment.dispute.created",
                    "lost", "payment.dispute.lost", "ignored", "order.paid"),
            "sandbox", Map.of("authorized", "payment.authorized", "completed", "payment.completed", "failed", "payment.failed",
                    "cancelled", "payment.cancelled", "refunded", "refund.completed", "opened", "dispute.opened", "lost",
                    "dispute.lost", "ignored", "payment.teleported"));

    private final String provider;
    private final Path folder;
    private final List<One> all = new ArrayList<>();

    RecordedEvents(String provider, Path folder) throws IOException {
        this.provider = provider;
        this.folder = Files.createDirectories(folder.resolve(provider));
    }

    /**
     * @param about what the event is about: kind, payment, reference, part (the capture, refund or dispute), operation (a refund of
     *        ours), minor, currency
     */
    void add(String eventId, String kind, Map<String, Object> about) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>(about);
        values.putIfAbsent("currency", "USD");
        values.putIfAbsent("part", "part-of-" + about.get("reference"));
        String word = WORDS.get(provider).getOrDefault(kind, kind);
        String body = switch (provider) {
            case "stripe" -> stripe(eventId, word, kind, values);
            case "paypal" -> paypal(eventId, word, kind, values);
            case "adyen" -> adyen(word, kind, values);
            case "razorpay" -> razorpay(word, values);
            default -> sandbox(eventId, word, values);
        };
        Path file = folder.resolve("%02d-%s.json".formatted(all.size(), kind));
        Files.writeString(file, body);
        Files.writeString(folder.resolve(file.getFileName() + ".headers"), "X-Razorpay-Event-Id: " + eventId + "\n");
        all.add(new One(provider, eventId, file));
    }

    List<One> all() {
        return all;
    }

    private static boolean isOf(String kind, String... kinds) {
        return List.of(kinds).contains(kind);
    }

    private static String stripe(String id, String word, String kind, Map<String, Object> v) {
        boolean part = isOf(kind, "refunded", "opened", "lost");
        JsonObject metadata = new JsonObject().put("payment_id", v.get("payment"));
        if (v.containsKey("operation")) {
            metadata.put("refund_id", v.get("operation"));
        }
        JsonObject object = new JsonObject().put("id", part ? v.get("part") : v.get("reference")).put("metadata", metadata)
                .put("payment_intent", v.get("reference")).put("currency", v.get("currency").toString().toLowerCase())
                .put(kind.equals("completed") ? "amount_received" : kind.equals("authorized") ? "amount_capturable" : "amount",
                        v.get("minor"))
                .put("status", kind.equals("lost") ? "lost" : kind.equals("opened") ? "needs_response" : "succeeded");
        return new JsonObject().put("id", id).put("type", word).put("created", v.getOrDefault("time", 1_795_000_000L))
                .put("data", new JsonObject().put("object", object)).encode();
    }

    private static String paypal(String id, String word, String kind, Map<String, Object> v) {
        Object amount = v.get("minor") instanceof Number minor
                ? BigDecimal.valueOf(minor.longValue(), 2).toPlainString()
                : v.get("minor");
        JsonObject money = new JsonObject().put("currency_code", v.get("currency")).put("value", amount);
        JsonObject resource = isOf(kind, "opened", "lost")
                ? new JsonObject().put("dispute_id", v.get("part")).put("dispute_amount", money)
                        .put("disputed_transactions",
                                List.of(new JsonObject().put("seller_transaction_id", v.get("reference")).put("custom",
                                        v.get("payment"))))
                        .put("dispute_outcome",
                                new JsonObject().put("outcome_code", kind.equals("lost") ? "RESOLVED_BUYER_FAVOUR" : ""))
                : new JsonObject().put("id", isOf(kind, "completed", "refunded") ? v.get("part") : v.get("reference"))
                        .put("custom_id", v.get("payment")).put("amount", money).put("invoice_id", v.get("operation"))
                        .put("supplementary_data", new JsonObject().put("related_ids", new JsonObject()
                                .put(kind.equals("refunded") ? "capture_id" : "authorization_id", v.get("reference"))));
        return new JsonObject().put("id", id).put("event_type", word).put("create_time", "2026-11-24T10:00:00Z")
                .put("resource", resource).encode();
    }

    private static String adyen(String word, String kind, Map<String, Object> v) {
        boolean first = isOf(kind, "authorized", "failed");
        JsonObject item = new JsonObject().put("pspReference", first ? v.get("reference") : v.get("part"))
                .put("originalReference", first ? "" : v.get("reference")).put("merchantReference", v.get("payment"))
                .put("eventCode", word).put("success", kind.equals("failed") ? "false" : "true")
                .put("amount", new JsonObject().put("value", v.get("minor")).put("currency", v.get("currency")));
        return new JsonObject().put("live", "false")
                .put("notificationItems", List.of(new JsonObject().put("NotificationRequestItem", item))).encode();
    }

    private static String razorpay(String word, Map<String, Object> v) {
        JsonObject notes = new JsonObject().put("payment_id", v.get("payment"));
        JsonObject payload = new JsonObject().put("payment", entity(new JsonObject().put("id", v.get("reference"))
                .put("amount", v.get("minor")).put("currency", v.get("currency")).put("notes", notes)));
        JsonObject part = new JsonObject().put("id", v.get("part")).put("payment_id", v.get("reference"))
                .put("amount", v.get("minor")).put("currency", v.get("currency"));
        if (word.startsWith("refund")) {
            payload.put("refund", entity(part.put("notes", notes.copy().put("refund_id", v.get("operation")))));
        } else if (word.contains("dispute")) {
            payload.put("dispute", entity(part));
        }
        return new JsonObject().put("event", word).put("created_at", v.getOrDefault("time", 1_795_000_000L))
                .put("payload", payload).encode();
    }

    private static JsonObject entity(JsonObject entity) {
        return new JsonObject().put("entity", entity);
    }

    private static String sandbox(String id, String word, Map<String, Object> v) {
        return new JsonObject().put("id", id).put("type", word).put("payment_id", v.get("payment"))
                .put("reference", v.get("reference")).put("refund_reference", v.get("part"))
                .put("dispute_reference", v.get("part")).put("refund_key", v.get("operation"))
                .put("amount_minor", v.get("minor")).put("currency", v.get("currency"))
                .put("created_at", "2026-11-24T10:00:00Z").encode();
    }
}
