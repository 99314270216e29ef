package io.payroute.order.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class OrderSagaTest {

    /** What is so outside of the table: the answers that a step may get. */
    private static Set<SagaFact> answers(At at) {
        return switch (at.step()) {
            case RESERVE, RESERVE_AGAIN -> EnumSet.of(SagaFact.RESERVED, SagaFact.REFUSED);
            case PAY -> EnumSet.of(SagaFact.PAYMENT_PENDING, SagaFact.PAYMENT_PAID, SagaFact.PAYMENT_FAILED,
                    SagaFact.PAYMENT_REFUNDED, SagaFact.REFUSED);
            case AWAIT_PAYMENT -> EnumSet.of(SagaFact.PAYMENT_PENDING, SagaFact.PAYMENT_PAID, SagaFact.PAYMENT_FAILED,
                    SagaFact.PAYMENT_REFUNDED, unknown(at));
            case REVERSE -> EnumSet.of(SagaFact.PAYMENT_PENDING, SagaFact.PAYMENT_PAID, SagaFact.PAYMENT_FAILED,
                    SagaFact.PAYMENT_REFUNDED, unknown(at));
            case COMMIT -> EnumSet.of(SagaFact.COMMITTED, SagaFact.EXPIRED);
            case RELEASE -> EnumSet.of(SagaFact.RELEASED);
        };
    }

    /** Nobody says of an order that is paid, or whose payment is awaited, that it has none. */
    private static SagaFact unknown(At at) {
        return EnumSet.of(OrderStatus.PENDING, OrderStatus.PAID).contains(at.status())
                ? SagaFact.PAYMENT_PENDING
                : SagaFact.PAYMENT_UNKNOWN;
    }

    private record At(OrderStatus status, SagaStep step) {
    }

    /** Everywhere an order can come to, from where it begins; an event may have one looked at that has ended. */
    private static Set<At> reachable() {
        Set<At> seen = new HashSet<>();
        Deque<At> open = new ArrayDeque<>();
        open.add(new At(OrderStatus.PENDING, SagaStep.RESERVE));
        while (!open.isEmpty()) {
            At at = open.poll();
            if (seen.add(at)) {
                if (at.step() == null) {
                    open.add(new At(at.status(), SagaStep.AWAIT_PAYMENT));
                }
                for (SagaFact fact : SagaFact.values()) {
                    OrderSaga.decide(at.status(), at.step(), fact).ifPresent(
                            next -> open.add(new At(next.status(), next.step())));
                }
            }
        }
        return seen;
    }

    @Test
    void shouldKnowEveryAnswerOfEveryStepThatAnOrderComesTo() {
        // When
        Set<At> reachable = reachable();

        // Then
        assertThat(reachable).hasSizeGreaterThan(12).filteredOn(at -> at.step() != null).allSatisfy(at -> answers(at)
                .forEach(fact -> assertThat(OrderSaga.decide(at.status(), at.step(), fact)).as("%s told %s", at, fact)
                        .isPresent()));
    }

    @Test
    void shouldBePaidByNothingButSellingItsItems() {
        // When
        Set<At> reachable = reachable();

        // Then
        assertThat(reachable).filteredOn(at -> at.status() != OrderStatus.PAID)
                .allSatisfy(at -> EnumSet.allOf(SagaFact.class).forEach(fact -> {
                    Optional<OrderSaga.Next> next = OrderSaga.decide(at.status(), at.step(), fact);
                    assertThat(next.map(OrderSaga.Next::status).filter(OrderStatus.PAID::equals).isPresent())
                            .as("%s told %s", at, fact)
                            .isEqualTo(at.step() == SagaStep.COMMIT && fact == SagaFact.COMMITTED);
                }));
    }

    @Test
    void shouldGiveBackItemsAndMoneyOfEveryOrderThatIsOff() {
        // When
        Set<At> reachable = reachable();

        // Then: an order that stops being on its way is released, and reversed before if it may have been paid.
        assertThat(reachable).filteredOn(at -> at.status() == OrderStatus.PENDING)
                .allSatisfy(at -> EnumSet.allOf(SagaFact.class).forEach(fact -> OrderSaga.decide(at.status(), at.step(), fact)
                        .filter(next -> next.status() != OrderStatus.PENDING && next.status() != OrderStatus.PAID)
                        .ifPresent(next -> assertThat(next.step()).as("%s told %s", at, fact).isEqualTo(
                                at.step() == SagaStep.RESERVE || fact == SagaFact.PAYMENT_FAILED
                                        || fact == SagaFact.PAYMENT_REFUNDED
                                                ? SagaStep.RELEASE
                                                : SagaStep.REVERSE))));
    }

    @ParameterizedTest
    @EnumSource(value = OrderStatus.class, names = {"FAILED", "CANCELLED", "REFUNDED"})
    void shouldTakeBackAPaymentThatComesForAnOrderThatIsOff(OrderStatus off) {
        // When
        Optional<OrderSaga.Next> next = OrderSaga.decide(off, SagaStep.AWAIT_PAYMENT, SagaFact.PAYMENT_PAID);

        // Then
        assertThat(next).contains(new OrderSaga.Next(SagaStep.REVERSE, off));
    }

    @Test
    void shouldNotCancelWhatHasFailed() {
        // When
        Optional<OrderSaga.Next> next = OrderSaga.decide(OrderStatus.FAILED, SagaStep.AWAIT_PAYMENT,
                SagaFact.CANCEL_REQUESTED);

        // Then
        assertThat(next).isEmpty();
    }
}
