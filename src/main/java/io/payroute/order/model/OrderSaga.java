package io.payroute.order.model;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import static io.payroute.order.model.OrderStatus.CANCELLED;
import static io.payroute.order.model.OrderStatus.FAILED;
import static io.payroute.order.model.OrderStatus.PAID;
import static io.payroute.order.model.OrderStatus.PENDING;
import static io.payroute.order.model.OrderStatus.REFUNDED;
import static io.payroute.order.model.SagaStep.AWAIT_PAYMENT;
import static io.payroute.order.model.SagaStep.COMMIT;
import static io.payroute.order.model.SagaStep.PAY;
import static io.payroute.order.model.SagaStep.RELEASE;
import static io.payroute.order.model.SagaStep.RESERVE;
import static io.payroute.order.model.SagaStep.RESERVE_AGAIN;
import static io.payroute.order.model.SagaStep.REVERSE;

/**
 * The way of an order as one table: its state, its step and a fact say its next step and state. Forward it is reserve, pay, commit;
 * from wherever that ends, the way back is reverse, release. Nothing else decides.
 */
public final class OrderSaga {

    /**
     * @param step the next one; null when nothing is left to do
     * @param status the order's, changed or as it was
     */
    public record Next(SagaStep step, OrderStatus status) {
    }

    private static final Map<OrderStatus, Map<SagaStep, Map<SagaFact, Next>>> WAYS = new EnumMap<>(OrderStatus.class);

    static {
        on(PENDING, RESERVE, SagaFact.RESERVED, PAY, PENDING);
        on(PENDING, RESERVE, SagaFact.REFUSED, RELEASE, FAILED);
        on(PENDING, RESERVE, SagaFact.CANCEL_REQUESTED, RELEASE, CANCELLED);
        for (SagaStep step : new SagaStep[]{PAY, AWAIT_PAYMENT}) {
            on(PENDING, step, SagaFact.PAYMENT_PENDING, AWAIT_PAYMENT, PENDING);
            on(PENDING, step, SagaFact.PAYMENT_PAID, COMMIT, PENDING);
            on(PENDING, step, SagaFact.PAYMENT_FAILED, RELEASE, FAILED);
            on(PENDING, step, SagaFact.PAYMENT_REFUNDED, RELEASE, FAILED);
            // A payment may be on its way although nobody has answered yet.
            on(PENDING, step, SagaFact.CANCEL_REQUESTED, REVERSE, CANCELLED);
        }
        // Refused now; an attempt before it, whose answer was lost, may have been taken.
        on(PENDING, PAY, SagaFact.REFUSED, REVERSE, FAILED);
        on(PENDING, COMMIT, SagaFact.COMMITTED, null, PAID);
        on(PENDING, COMMIT, SagaFact.EXPIRED, RESERVE_AGAIN, PENDING);
        on(PENDING, COMMIT, SagaFact.CANCEL_REQUESTED, REVERSE, CANCELLED);
        on(PENDING, RESERVE_AGAIN, SagaFact.RESERVED, COMMIT, PENDING);
        on(PENDING, RESERVE_AGAIN, SagaFact.REFUSED, REVERSE, FAILED);
        on(PENDING, RESERVE_AGAIN, SagaFact.CANCEL_REQUESTED, REVERSE, CANCELLED);
        // An event about a payment whose order needs nothing any more has its state looked at once.
        on(PAID, AWAIT_PAYMENT, SagaFact.PAYMENT_PENDING, null, PAID);
        on(PAID, AWAIT_PAYMENT, SagaFact.PAYMENT_PAID, null, PAID);
        on(PAID, AWAIT_PAYMENT, SagaFact.PAYMENT_FAILED, RELEASE, REFUNDED);
        on(PAID, AWAIT_PAYMENT, SagaFact.PAYMENT_REFUNDED, RELEASE, REFUNDED);
        on(PAID, AWAIT_PAYMENT, SagaFact.CANCEL_REQUESTED, REVERSE, PAID);
        on(PAID, REVERSE, SagaFact.PAYMENT_FAILED, RELEASE, REFUNDED);
        on(PAID, REVERSE, SagaFact.PAYMENT_REFUNDED, RELEASE, REFUNDED);
        on(PAID, REVERSE, SagaFact.PAYMENT_PAID, REVERSE, PAID);
        on(PAID, REVERSE, SagaFact.PAYMENT_PENDING, REVERSE, PAID);
        on(PAID, REVERSE, SagaFact.CANCEL_REQUESTED, REVERSE, PAID);
        for (OrderStatus ended : new OrderStatus[]{FAILED, CANCELLED, REFUNDED}) {
            on(ended, REVERSE, SagaFact.PAYMENT_FAILED, RELEASE, ended);
            on(ended, REVERSE, SagaFact.PAYMENT_REFUNDED, RELEASE, ended);
            on(ended, REVERSE, SagaFact.PAYMENT_PAID, REVERSE, ended);
            on(ended, REVERSE, SagaFact.PAYMENT_PENDING, REVERSE, ended);
            on(ended, REVERSE, SagaFact.PAYMENT_UNKNOWN, RELEASE, ended);
            on(ended, RELEASE, SagaFact.RELEASED, null, ended);
            on(ended, AWAIT_PAYMENT, SagaFact.PAYMENT_PENDING, REVERSE, ended);
            on(ended, AWAIT_PAYMENT, SagaFact.PAYMENT_PAID, REVERSE, ended);
            on(ended, AWAIT_PAYMENT, SagaFact.PAYMENT_UNKNOWN, null, ended);
            on(ended, AWAIT_PAYMENT, SagaFact.PAYMENT_FAILED, null, ended);
            on(ended, AWAIT_PAYMENT, SagaFact.PAYMENT_REFUNDED, null, ended);
        }
        for (OrderStatus off : new OrderStatus[]{CANCELLED, REFUNDED}) {
            for (SagaStep step : new SagaStep[]{REVERSE, RELEASE, AWAIT_PAYMENT}) {
                on(off, step, SagaFact.CANCEL_REQUESTED, step, off);
            }
        }
    }

    private OrderSaga() {
    }

    /** @return empty when this fact cannot be here; for {@link SagaFact#CANCEL_REQUESTED}: it cannot be cancelled */
    public static Optional<Next> decide(OrderStatus status, SagaStep step, SagaFact fact) {
        return Optional.ofNullable(WAYS.get(status)).map(steps -> steps.get(step)).map(facts -> facts.get(fact));
    }

    private static void on(OrderStatus status, SagaStep step, SagaFact fact, SagaStep nextStep, OrderStatus next) {
        Map<SagaFact, Next> facts = WAYS.computeIfAbsent(status, any -> new HashMap<>())
                .computeIfAbsent(step, any -> new EnumMap<>(SagaFact.class));
        if (facts.put(fact, new Next(nextStep, next)) != null) {
            throw new IllegalStateException("twice: " + status + " " + step + " " + fact);
        }
    }
}
