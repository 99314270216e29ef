package io.payroute.payment.event.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.query.FindOperations;
import io.payroute.payment.webhook.WebhookType;
import io.payroute.payment.webhook.delivery.TellMerchants;
import io.payroute.platform.Ids;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;

/**
 * Applies what a provider reports of money that moved. The first of it completes the payment. Further money is told from a repetition
 * by reference and amount: what belongs to the payment and to what was authorised is added, and anything else is left to a
 * person, because it may be charged twice.
 */
@ApplicationScoped
class ApplyCapture {

    private static final String INSERT = """
            INSERT INTO payment_operation (id, payment_id, kind, amount_minor, status, reason, requested_by, provider,
              provider_reference, due_at, ended_at)
            VALUES (?, ?, 'capture', ?, ?, ?, ?, ?, ?, NULL, now())""";
    private static final String CAPTURE = """
            SELECT o.*, p.currency FROM payment_operation o JOIN payment p ON p.id = o.payment_id
            WHERE o.payment_id = ? AND o.kind = 'capture' AND (o.provider_reference = ?::text AND o.status <> 'pending'
              OR o.amount_minor = ? AND o.status = 'succeeded'
                AND (?::text IS NULL OR o.provider_reference IS NULL OR o.provider_reference = ?::text))
            ORDER BY o.provider_reference = ?::text DESC NULLS LAST, o.id DESC LIMIT 1 FOR UPDATE OF o""";
    private static final long NO_AMOUNT = 0;
    /** Why an operation, and perhaps the payment, has failed. */
    private static final String FAILED = "capture_failed";
    /** As an answer would have left it: what comes next may name the payment by this reference alone. */
    private static final String REMEMBER = """
            INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, ended_at)
            VALUES (?, ?, '%s', 0, ?, ?, now(), clock_timestamp())""".formatted(ProviderEvent.NO_CALL);
    /** What the provider calls the money that is booked: by its answers, its events and our captures. */
    private static final String NAMES = """
            SELECT c.detail FROM provider_call c LEFT JOIN payment_operation o ON o.id = c.operation_id
            WHERE c.payment_id = ? AND c.provider = ? AND c.outcome = 'completed' AND c.detail IS NOT NULL
              AND coalesce(o.kind, 'capture') = 'capture'
            UNION SELECT provider_reference FROM payment_operation
            WHERE payment_id = ? AND kind = 'capture' AND status = 'succeeded' AND provider_reference IS NOT NULL""";
    private static final String OTHER_CAPTURES = """
            SELECT coalesce(sum(amount_minor), 0) FROM payment_operation
            WHERE payment_id = ? AND kind = 'capture' AND status = 'succeeded' AND provider_reference <> ?""";
    private static final String NAMED = """
            SELECT 1 FROM provider_call WHERE payment_id = ? AND provider = ? AND detail = ?
              AND outcome IN ('completed', 'authorized', 'pending') LIMIT 1""";

    /** @param amount that is not booked yet */
    private record Further(PaymentFact fact, long amount) {

        static final Further NONE = new Further(PaymentFact.KNOWN, NO_AMOUNT);
        static final Further UNEXPLAINED = new Further(PaymentFact.CAPTURED_UNEXPLAINED, NO_AMOUNT);

        static Further of(Payment payment, long amount) {
            return new Further(PaymentFacts.capturedFurther(payment, amount), amount);
        }
    }

    private final TransitionPayment transitionPayment;
    private final TellMerchants tellMerchants;

    ApplyCapture(TransitionPayment transitionPayment, TellMerchants tellMerchants) {
        this.transitionPayment = transitionPayment;
        this.tellMerchants = tellMerchants;
    }

    Effect completed(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        if (payment.status().isCaptured()) {
            return isTheCharge(payment, event)
                    ? EventEffect.of(decide(payment, PaymentFact.KNOWN))
                    : further(connection, payment, event);
        }
        Decision decision = decide(payment, PaymentFacts.captured(payment, event.money()));
        if (decision.effect() == PaymentState.Effect.CONFLICT && hasFailed(find(connection, payment, event, NO_AMOUNT))) {
            return EventEffect.of(decide(payment, PaymentFact.KNOWN));
        }
        if (decision.effect() == PaymentState.Effect.TRANSITION) {
            long captured = event.money() == null ? payment.money().minor() : event.money().minor();
            if (payment.status() == PaymentStatus.AUTHORIZED) {
                bookCapture(connection, payment, event, captured);
            }
            transitionPayment.become(connection, payment, decision.next(), null, reference(event), captured);
            remember(connection, payment, event);
        }
        return EventEffect.of(decision);
    }

    private static Decision decide(Payment payment, PaymentFact fact) {
        return PaymentState.decide(payment.status(), fact);
    }

    /**
     * The money of a capture did not come after all. A payment of which nothing is left fails; this is the only way that leads to
     * there from completed. What was refunded of it already is for a person to see.
     */
    Effect failed(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        if (!payment.status().isCaptured()) {
            return EventEffect.of(decide(payment, PaymentFact.TAKEN_BACK));
        }
        if (event.money() == null) {
            return EventEffect.of(decide(payment, PaymentFacts.takenBack(payment, null, null, false)));
        }
        long amount = event.money().minor();
        Optional<PaymentOperation> capture = find(connection, payment, event, amount);
        Decision decision = decide(payment, takenBack(connection, payment, event, capture));
        if (decision.effect() != PaymentState.Effect.TRANSITION && decision.effect() != PaymentState.Effect.BOOK) {
            return EventEffect.of(decision);
        }
        if (capture.isPresent()) {
            transitionPayment.end(connection, capture.get(), PaymentOperation.Status.FAILED, FAILED, name(event));
        } else {
            insert(connection, payment, event, amount, PaymentOperation.Status.FAILED, FAILED);
        }
        long left = payment.captured() - amount;
        if (decision.effect() == PaymentState.Effect.BOOK) {
            book(connection, payment, left);
        } else {
            transitionPayment.become(connection, payment, decision.next(),
                    decision.next() == PaymentStatus.FAILED ? FAILED : null, null, left);
        }
        return EventEffect.of(decision);
    }

    private static PaymentFact takenBack(Connection connection, Payment payment, ProviderEvent event,
            Optional<PaymentOperation> capture) throws SQLException {
        long amount = event.money().minor();
        if (hasFailed(capture)) {
            return PaymentFact.KNOWN;
        }
        return capture.isEmpty() && isOfAnother(connection, payment, event, amount)
                ? PaymentFact.TAKEN_BACK_EARLY
                : PaymentFacts.takenBack(payment, event.money(), capture.orElse(null), name(event) != null);
    }

    /** What is booked has names, and the event has another: the capture that it tells of is still to be told. */
    private static boolean isOfAnother(Connection connection, Payment payment, ProviderEvent event, long amount)
            throws SQLException {
        String name = name(event);
        if (name == null) {
            return false;
        }
        long others = otherCaptures(connection, payment, name);
        if (others > 0 && amount > payment.captured() - others) {
            return true;
        }
        Set<String> names = names(connection, payment);
        if (names.contains(name)) {
            return false;
        }
        names.remove(event.reference());
        names.remove(payment.providerReference());
        return !names.isEmpty();
    }

    /** @return the capture of the event's name, or else one over this amount, if one of the two has no name of its own */
    private static Optional<PaymentOperation> find(Connection connection, Payment payment, ProviderEvent event, long amount)
            throws SQLException {
        return Sql.query(connection, CAPTURE, FindOperations::operation, payment.id(), name(event), amount,
                event.partReference(), event.reference() == null ? payment.providerReference() : event.reference(), name(event))
                .stream()
                .findFirst();
    }

    private static boolean hasFailed(Optional<PaymentOperation> capture) {
        return capture.filter(o -> o.status() == PaymentOperation.Status.FAILED && FAILED.equals(o.reason())).isPresent();
    }

    /** What was authorised is captured: by our own capture that is open, or by somebody at the provider. */
    private void bookCapture(Connection connection, Payment payment, ProviderEvent event, long captured) throws SQLException {
        boolean ours = false;
        for (PaymentOperation open : FindOperations.lockOpen(connection, payment.id())) {
            if (open.kind() == Kind.CAPTURE) {
                transitionPayment.end(connection, open, captured, name(event));
                ours = true;
            } else {
                transitionPayment.overtake(connection, open);
            }
        }
        if (!ours) {
            insert(connection, payment, event, captured, PaymentOperation.Status.SUCCEEDED, null);
        }
    }

    /** What nearly every such event says, read without a further query: all of it was charged at once, under this name. */
    private static boolean isTheCharge(Payment payment, ProviderEvent event) {
        return payment.capture() && event.money() != null && event.money().minor() == payment.captured()
                && payment.captured() == payment.money().minor() && payment.providerReference() != null
                && payment.providerReference().equals(name(event));
    }

    private Effect further(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        Further further = match(connection, payment, event);
        Decision decision = decide(payment, further.fact());
        if (decision.effect() == PaymentState.Effect.BOOK) {
            insert(connection, payment, event, further.amount(), PaymentOperation.Status.SUCCEEDED, null);
            remember(connection, payment, event);
            book(connection, payment, payment.captured() + further.amount());
        }
        return EventEffect.of(decision);
    }

    /** Tells further money from what is booked, by the names that the provider gives to both. */
    private static Further match(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        String name = name(event);
        if (event.money() == null || name == null) {
            return event.money() == null || event.money().minor() == payment.captured() ? Further.NONE : Further.UNEXPLAINED;
        }
        if (hasFailed(find(connection, payment, event, NO_AMOUNT))) {
            return Further.NONE;
        }
        long amount = event.money().minor();
        Set<String> names = names(connection, payment);
        if (names.contains(name) || name.equals(payment.providerReference())) {
            long booked = payment.captured() - otherCaptures(connection, payment, name);
            if (amount == booked) {
                return Further.NONE;
            }
            // Without an id of its own a capture is told as the sum of all: it may have grown. Of one with an id nothing is booked
            // when our own capture was ended by the event of another, and the answer to it only named the money.
            boolean own = !name.equals(event.reference()) && !name.equals(payment.providerReference());
            return event.partReference() == null || own && booked == 0
                    ? Further.of(payment, amount - booked)
                    : Further.UNEXPLAINED;
        }
        names.remove(event.reference());
        if (names.isEmpty() && amount == payment.captured()) {
            // The money that is booked, whose name was not known.
            remember(connection, payment, event);
            return Further.NONE;
        }
        return event.partReference() != null && isOf(connection, payment, event)
                ? Further.of(payment, amount)
                : Further.UNEXPLAINED;
    }

    private static Set<String> names(Connection connection, Payment payment) throws SQLException {
        return new HashSet<>(Sql.query(connection, NAMES, row -> row.getString(1), payment.id(), payment.provider(),
                payment.id()));
    }

    /** What is booked under other names. */
    private static long otherCaptures(Connection connection, Payment payment, String name) throws SQLException {
        return Sql.query(connection, OTHER_CAPTURES, row -> row.getLong(1), payment.id(), name).get(0);
    }

    /** Where the provider does not say what a capture belongs to, our own id in it does. */
    private static boolean isOf(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        return event.reference() == null || event.reference().equals(payment.providerReference())
                || !Sql.query(connection, NAMED, row -> true, payment.id(), payment.provider(), event.reference()).isEmpty();
    }

    /** So much of its money has moved now; the state stays. */
    private void book(Connection connection, Payment payment, long captured) throws SQLException {
        transitionPayment.capture(connection, payment, captured);
        tellMerchants.tell(connection, payment.captured(captured), WebhookType.CAPTURE_CHANGED, null);
    }

    private static void insert(Connection connection, Payment payment, ProviderEvent event, long amount,
            PaymentOperation.Status status, String reason) throws SQLException {
        Sql.update(connection, INSERT, Ids.next(), payment.id(), amount, status.word(), reason, "provider:" + event.provider(),
                event.provider(),
                name(event));
    }

    static void remember(Connection connection, Payment payment, ProviderEvent event, String outcome, String name)
            throws SQLException {
        if (name != null) {
            Sql.update(connection, REMEMBER, payment.id(), event.provider(), outcome, name);
        }
    }

    private static void remember(Connection connection, Payment payment, ProviderEvent event) throws SQLException {
        remember(connection, payment, event, "completed", event.reference());
        if (event.partReference() != null && !event.partReference().equals(event.reference())) {
            remember(connection, payment, event, "completed", event.partReference());
        }
    }

    private static String reference(ProviderEvent event) {
        return event.reference() == null ? event.partReference() : event.reference();
    }

    /** What the provider calls the money that moved. */
    private static String name(ProviderEvent event) {
        return event.partReference() == null ? event.reference() : event.partReference();
    }
}
