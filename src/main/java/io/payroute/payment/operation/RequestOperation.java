package io.payroute.payment.operation;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.money.Money;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.model.PaymentState.Effect;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.trace.Traces;

/**
 * Takes a capture, a cancellation or a refund: idempotency key, operation and, for a refund, its share of the cap, in one
 * transaction on the locked payment. Two that do not fit together cannot both be taken.
 */
@ApplicationScoped
public class RequestOperation {

    private static final String OPEN = "SELECT 1 FROM payment_operation WHERE payment_id = ? AND status = 'pending' "
            + "AND kind IN ('capture', 'cancel')";
    private static final String INSERT = """
            INSERT INTO payment_operation (id, payment_id, kind, amount_minor, requested_by, provider)
            VALUES (?, ?, ?, ?, ?, ?)""";
    private static final String INSERT_DONE = """
            INSERT INTO payment_operation (id, payment_id, kind, amount_minor, requested_by, provider, status, due_at, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, 'succeeded', NULL, now())""";
    /** A charge that a worker has just claimed is locked, and then left alone. */
    private static final String NOT_CHARGED = """
            SELECT NOT EXISTS (SELECT 1 FROM charge_work WHERE payment_id = ?) OR EXISTS (
              SELECT 1 FROM (SELECT sent_at FROM charge_work WHERE payment_id = ? FOR UPDATE SKIP LOCKED) w
              WHERE w.sent_at IS NULL)""";

    /**
     * @param amount as a decimal text of the payment's currency; null for all that there is
     * @param user the only user whose payments the caller may see; null for all
     */
    public record Request(Kind kind, UUID paymentId, String amount, String user, Idempotency.Key key) {
    }

    /** @param replayed true when an earlier request with this key made the operation */
    public record Taken(UUID operationId, boolean replayed) {
    }

    private final DataSource dataSource;
    private final TransitionPayment transitionPayment;

    public RequestOperation(RoleDatabases databases, TransitionPayment transitionPayment) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.transitionPayment = transitionPayment;
    }

    /**
     * @throws Refusal 404 when there is no such payment for this caller, 409 when the payment's state forbids it, 422
     *         when the amount breaks a rule
     */
    public Taken take(Request request) throws Exception {
        UUID id = Ids.next();
        Traces.keep(PaymentRole.NAME, List.of(id), one -> Traces.current(), one -> List.of(one.toString()));
        Taken taken = Sql.inTransaction(dataSource, connection -> {
            Optional<UUID> earlier = Idempotency.claim(connection, request.key(), id);
            if (earlier.isPresent()) {
                return new Taken(earlier.get(), true);
            }
            Payment payment = TransitionPayment.lock(connection, request.paymentId())
                    .filter(p -> request.user() == null || request.user().equals(p.userId()))
                    .orElseThrow(PaymentHandler::noPayment);
            switch (request.kind()) {
                case CAPTURE -> capture(connection, id, payment, request);
                case CANCEL -> cancel(connection, id, payment, request);
                case REFUND -> refund(connection, id, payment, request);
            }
            CrashPoint.reached("operation-before-commit");
            return new Taken(id, false);
        });
        CrashPoint.reached("operation-after-commit");
        return taken;
    }

    private static void capture(Connection connection, UUID id, Payment payment, Request request) throws SQLException {
        require(payment, PaymentFact.CAPTURE_REQUESTED, cannotBe(payment, "captured"));
        requireNoneOpen(connection, payment);
        insert(connection, INSERT, id, payment, request, amount(request, payment, payment.money().minor()));
    }

    private void cancel(Connection connection, UUID id, Payment payment, Request request) throws SQLException {
        long all = payment.money().minor();
        Decision decision = require(payment, PaymentFact.CANCEL_REQUESTED, cannotBe(payment, "cancelled"));
        if (decision.effect() == Effect.TRANSITION) {
            if (!Sql.query(connection, NOT_CHARGED, row -> row.getBoolean(1), payment.id(), payment.id()).get(0)) {
                require(payment, PaymentFact.REQUESTED_MEANWHILE, cannotBe(payment, "cancelled while it is being charged"));
            }
            insert(connection, INSERT_DONE, id, payment, request, all);
            transitionPayment.become(connection, payment, decision.next(), TransitionPayment.BY_CALLER, null,
                    payment.captured());
            return;
        }
        requireNoneOpen(connection, payment);
        insert(connection, INSERT, id, payment, request, all);
    }

    private void refund(Connection connection, UUID id, Payment payment, Request request) throws SQLException {
        require(payment, PaymentFact.REFUND_REQUESTED, cannotBe(payment, "refunded"));
        long left = payment.refundable();
        if (left == 0) {
            require(payment, PaymentFact.REQUESTED_TOO_MUCH,
                    "Nothing is left to refund: refunds that succeeded or are under way, "
                            + "and what was charged back, take it all.");
        }
        long amount = amount(request, payment, left);
        require(payment, PaymentFacts.refundAsked(payment, amount), "Only "
                + new Money(left, payment.money().currency()).toDecimal() + " " + payment.money().currency()
                + " is left to refund.");
        insert(connection, INSERT, id, payment, request, amount);
        transitionPayment.claimRefund(connection, payment, amount);
    }

    private static void insert(Connection connection, String sql, UUID id, Payment payment, Request request, long amount)
            throws SQLException {
        Sql.update(connection, sql, id, payment.id(), request.kind().word(), amount, request.key().caller(),
                payment.provider());
    }

    private static long amount(Request request, Payment payment, long all) {
        if (request.amount() == null) {
            return all;
        }
        Money amount = Money.of(request.amount(), payment.money().currency());
        if (amount.minor() > payment.money().minor()) {
            throw Refusal.invalid("amount", "amount_too_large",
                    "amount must not be above the payment's amount, " + payment.money().toDecimal() + ".");
        }
        return amount.minor();
    }

    private static void requireNoneOpen(Connection connection, Payment payment) throws SQLException {
        if (!Sql.query(connection, OPEN, row -> true, payment.id()).isEmpty()) {
            require(payment, PaymentFact.REQUESTED_MEANWHILE, "A capture or cancellation of this payment is under way.");
        }
    }

    private static Decision require(Payment payment, PaymentFact fact, String otherwise) {
        Decision decision = PaymentState.decide(payment.status(), fact);
        if (decision.effect() == Effect.REFUSE) {
            throw Refusal.conflict(otherwise);
        }
        return decision;
    }

    private static String cannotBe(Payment payment, String verb) {
        return "A payment that is " + payment.status().word() + " cannot be " + verb + ".";
    }
}
