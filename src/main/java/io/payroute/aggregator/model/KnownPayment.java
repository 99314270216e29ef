package io.payroute.aggregator.model;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.payroute.money.Money;

/**
 * A payment as its provider's events have it. Whatever order they come in, and however often, the same is known at the end: the
 * ladder goes up only, and each capture and refund counts once, by its reference.
 *
 * @param amount what it is about; once something was captured, what was captured. Null while no event has named an amount
 * @param parts minor units of captures ({@code c:} and a reference) and refunds ({@code r:}); 0 is one that failed after all
 * @param topic where its last event came from
 * @param createdAt when it happened first
 */
public record KnownPayment(String provider, String id, PaymentLadder ladder, Money amount, Map<String, Long> parts,
        String dispute,
        String email, Map<String, String> metadata, String topic, Instant createdAt) {

    private static final String CAPTURE = "c:";
    private static final String REFUND = "r:";
    /** A payment with more is a mistake, or an attack; those beyond change nothing. */
    private static final int MAX_PARTS = 100;
    private static final int MAX_METADATA = 32;

    /** What a provider's words come down to. */
    public enum Status {
        PENDING, COMPLETED, FAILED, REFUNDED
    }

    /** One of which nothing is known yet. */
    public static KnownPayment unknown(String provider, String id) {
        return new KnownPayment(provider, id, null, null, Map.of(), null, null, Map.of(), null, null);
    }

    /** @return this one where the fact says nothing new */
    public KnownPayment with(PaymentFact fact, String topicOfFact, Instant now) {
        Map<String, Long> newParts = parts(fact);
        PaymentLadder next = ladder(fact);
        Money newAmount = amount(fact, newParts);
        String newDispute = fact.kind() == PaymentFact.Kind.DISPUTE && fact.dispute() != null ? fact.dispute() : dispute;
        if (next == ladder && newParts.equals(parts) && Objects.equals(newAmount, amount)
                && Objects.equals(newDispute, dispute)) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(metadata);
        fact.metadata().forEach((name, value) -> {
            if (more.size() < MAX_METADATA || more.containsKey(name)) {
                more.put(name, value);
            }
        });
        Instant at = fact.at() == null ? now : fact.at();
        return new KnownPayment(provider, id, next, newAmount, newParts, newDispute,
                fact.email() == null ? email : fact.email(),
                more, topicOfFact, createdAt == null || at.isBefore(createdAt) ? at : createdAt);
    }

    private PaymentLadder ladder(PaymentFact fact) {
        PaymentLadder said = switch (fact.kind()) {
            case PENDING, DISPUTE, REFUND_FAILED -> PaymentLadder.PENDING;
            case AUTHORIZED -> PaymentLadder.AUTHORIZED;
            case FAILED -> PaymentLadder.FAILED;
            case CANCELLED -> PaymentLadder.CANCELLED;
            case COMPLETED, REFUNDED -> PaymentLadder.COMPLETED;
            case CAPTURE_FAILED -> PaymentLadder.CAPTURE_FAILED;
            case CANCELLED_OR_REFUNDED -> captured() > 0 ? PaymentLadder.COMPLETED : PaymentLadder.CANCELLED;
            case NOTHING -> ladder;
        };
        return ladder == null || said != null && ladder.isBelow(said) ? said : ladder;
    }

    private Map<String, Long> parts(PaymentFact fact) {
        boolean capture = fact.kind() == PaymentFact.Kind.COMPLETED;
        boolean failed = fact.kind() == PaymentFact.Kind.REFUND_FAILED;
        boolean refund = fact.kind() == PaymentFact.Kind.REFUNDED
                || fact.kind() == PaymentFact.Kind.CANCELLED_OR_REFUNDED;
        if (!capture && !refund && !failed || fact.money() == null || parts.size() >= MAX_PARTS) {
            return parts;
        }
        if (amount != null && !amount.currency().equals(fact.money().currency())) {
            return parts;
        }
        String name = (capture ? CAPTURE : REFUND) + (fact.part() == null ? "" : fact.part());
        Long known = parts.get(name);
        long value = failed ? 0 : fact.money().minor();
        if (known != null && (!failed || known == 0)) {
            return parts;
        }
        Map<String, Long> more = new TreeMap<>(parts);
        more.put(name, value);
        return more;
    }

    private Money amount(PaymentFact fact, Map<String, Long> newParts) {
        long captured = sum(newParts, CAPTURE);
        Money named = fact.whole() != null ? fact.whole() : fact.kind() == PaymentFact.Kind.COMPLETED ? fact.money() : null;
        String currency = amount != null ? amount.currency() : named != null ? named.currency() : null;
        if (captured > 0 && currency != null) {
            return new Money(captured, currency);
        }
        // What was authorised may be another amount than what the first event named.
        boolean better = amount == null
                || fact.kind() == PaymentFact.Kind.AUTHORIZED && ladder.isBelow(PaymentLadder.AUTHORIZED);
        return better && named != null ? named : amount;
    }

    /** Minor units. */
    public long captured() {
        return sum(parts, CAPTURE);
    }

    /** Minor units. */
    public long refunded() {
        return sum(parts, REFUND);
    }

    private static long sum(Map<String, Long> parts, String kind) {
        return parts.entrySet().stream().filter(part -> part.getKey().startsWith(kind)).mapToLong(Map.Entry::getValue).sum();
    }

    public Status status() {
        if (ladder == PaymentLadder.COMPLETED) {
            return isRefunded() ? Status.REFUNDED : Status.COMPLETED;
        }
        return ladder.isBelow(PaymentLadder.FAILED) ? Status.PENDING : Status.FAILED;
    }

    /** More exact than the status. */
    public String state() {
        if (ladder == PaymentLadder.COMPLETED && refunded() > 0) {
            return isRefunded() ? "refunded" : "partially_refunded";
        }
        return ladder.word();
    }

    /** All of it; while nobody knows how much that is, none of it. */
    private boolean isRefunded() {
        return amount != null && refunded() >= amount.minor();
    }
}
