package io.payroute.payment.event.apply;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentFacts;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.Ids;
import io.payroute.provider.ProviderEvent;

/**
 * What a provider reports of money that moved. The first of it completes the payment. Further money is told from a repetition
 * by reference and amount: what belongs to the payment and to what was authorised is added, and anything else is left to a
 * person, because it may be charged twice.
 */
final class CaptureRules {

    private static final long NO_AMOUNT = 0;
    /** Why an operation, and perhaps the payment, has failed. */
    private static final String FAILED = "capture_failed";

    /** @param amount that is not booked yet */
    private record Further(PaymentFact fact, long amount) {

        static final Further NONE = new Further(PaymentFact.KNOWN, NO_AMOUNT);
        static final Further UNEXPLAINED = new Further(PaymentFact.CAPTURED_UNEXPLAINED, NO_AMOUNT);

        static Further of(Payment payment, long amount) {
            return new Further(PaymentFacts.capturedFurther(payment, amount), amount);
        }
    }

    private final EventBooks books;

    CaptureRules(EventBooks books) {
        this.books = books;
    }

    Decided completed(Payment payment, ProviderEvent event) throws SQLException {
        if (payment.status().isCaptured()) {
            return isTheCharge(payment, event) ? Decided.of(payment, PaymentFact.KNOWN) : further(payment, event);
        }
        Decided decided = Decided.of(payment, PaymentFacts.captured(payment, event.money()));
        if (decided.is(PaymentState.Effect.CONFLICT)
                && hasFailed(find(books.endedCaptures(payment), payment, event, NO_AMOUNT))) {
            return Decided.of(payment, PaymentFact.KNOWN);
        }
        if (decided.is(PaymentState.Effect.TRANSITION)) {
            long captured = event.money() == null ? payment.money().minor() : event.money().minor();
            if (payment.status() == PaymentStatus.AUTHORIZED) {
                bookCapture(payment, event, captured);
            }
            books.become(payment, decided.decision().next(), null, reference(event), captured);
            remember(payment, event);
        }
        return decided;
    }

    /**
     * The money of a capture did not come after all. A payment of which nothing is left fails; this is the only way that leads to
     * there from completed. What was refunded of it already is for a person to see.
     */
    Decided failed(Payment payment, ProviderEvent event) throws SQLException {
        if (!payment.status().isCaptured()) {
            return Decided.of(payment, PaymentFact.TAKEN_BACK);
        }
        if (event.money() == null) {
            return Decided.of(payment, PaymentFacts.takenBack(payment, null, null, false));
        }
        long amount = event.money().minor();
        List<PaymentOperation> captures = books.endedCaptures(payment);
        Optional<PaymentOperation> capture = find(captures, payment, event, amount);
        Decided decided = Decided.of(payment, takenBack(payment, event, captures, capture));
        if (!decided.is(PaymentState.Effect.TRANSITION) && !decided.is(PaymentState.Effect.BOOK)) {
            return decided;
        }
        if (capture.isPresent()) {
            books.end(capture.get(), PaymentOperation.Status.FAILED, FAILED, name(event));
        } else {
            add(payment, event, amount, PaymentOperation.Status.FAILED, FAILED);
        }
        long left = payment.captured() - amount;
        if (decided.is(PaymentState.Effect.BOOK)) {
            books.captured(payment, left);
        } else {
            PaymentStatus next = decided.decision().next();
            books.become(payment, next, next == PaymentStatus.FAILED ? FAILED : null, null, left);
        }
        return decided;
    }

    private PaymentFact takenBack(Payment payment, ProviderEvent event, List<PaymentOperation> captures,
            Optional<PaymentOperation> capture) throws SQLException {
        if (hasFailed(capture)) {
            return PaymentFact.KNOWN;
        }
        return capture.isEmpty() && isOfAnother(payment, event, captures)
                ? PaymentFact.TAKEN_BACK_EARLY
                : PaymentFacts.takenBack(payment, event.money(), capture.orElse(null), name(event) != null);
    }

    /** What is booked has names, and the event has another: the capture that it tells of is still to be told. */
    private boolean isOfAnother(Payment payment, ProviderEvent event, List<PaymentOperation> captures) throws SQLException {
        String name = name(event);
        if (name == null) {
            return false;
        }
        long others = otherCaptures(captures, name);
        if (others > 0 && event.money().minor() > payment.captured() - others) {
            return true;
        }
        Set<String> names = names(payment, captures);
        if (names.contains(name)) {
            return false;
        }
        names.remove(event.reference());
        names.remove(payment.providerReference());
        return !names.isEmpty();
    }

    /** @return the capture of the event's name, or else one over this amount, if one of the two has no name of its own */
    private static Optional<PaymentOperation> find(List<PaymentOperation> captures, Payment payment, ProviderEvent event,
            long amount) {
        String name = name(event);
        String charge = event.reference() == null ? payment.providerReference() : event.reference();
        ToIntFunction<PaymentOperation> rank = o -> o.reference() == null || name == null
                ? 2
                : o.reference().equals(name) ? 0 : 1;
        return captures.stream()
                .filter(o -> rank.applyAsInt(o) == 0
                        || o.money().minor() == amount && isBooked(o) && (event.partReference() == null
                                || o.reference() == null || o.reference().equals(charge)))
                .reduce((first, second) -> rank.applyAsInt(first) <= rank.applyAsInt(second) ? first : second);
    }

    private static boolean isBooked(PaymentOperation capture) {
        return capture.status() == PaymentOperation.Status.SUCCEEDED;
    }

    private static boolean hasFailed(Optional<PaymentOperation> capture) {
        return capture.filter(o -> o.status() == PaymentOperation.Status.FAILED && FAILED.equals(o.reason())).isPresent();
    }

    /** What was authorised is captured: by our own capture that is open, or by somebody at the provider. */
    private void bookCapture(Payment payment, ProviderEvent event, long captured) throws SQLException {
        boolean ours = false;
        for (PaymentOperation open : books.openOperations(payment)) {
            if (open.kind() == Kind.CAPTURE) {
                books.end(open, captured, name(event));
                ours = true;
            } else {
                books.overtake(open);
            }
        }
        if (!ours) {
            add(payment, event, captured, PaymentOperation.Status.SUCCEEDED, null);
        }
    }

    /** What nearly every such event says, read without a further query: all of it was charged at once, under this name. */
    private static boolean isTheCharge(Payment payment, ProviderEvent event) {
        return payment.capture() && event.money() != null && event.money().minor() == payment.captured()
                && payment.captured() == payment.money().minor() && payment.providerReference() != null
                && payment.providerReference().equals(name(event));
    }

    private Decided further(Payment payment, ProviderEvent event) throws SQLException {
        Further further = match(payment, event);
        Decided decided = Decided.of(payment, further.fact());
        if (decided.is(PaymentState.Effect.BOOK)) {
            add(payment, event, further.amount(), PaymentOperation.Status.SUCCEEDED, null);
            remember(payment, event);
            books.captured(payment, payment.captured() + further.amount());
        }
        return decided;
    }

    /** Tells further money from what is booked, by the names that the provider gives to both. */
    private Further match(Payment payment, ProviderEvent event) throws SQLException {
        String name = name(event);
        if (event.money() == null || name == null) {
            return event.money() == null || event.money().minor() == payment.captured() ? Further.NONE : Further.UNEXPLAINED;
        }
        List<PaymentOperation> captures = books.endedCaptures(payment);
        if (hasFailed(find(captures, payment, event, NO_AMOUNT))) {
            return Further.NONE;
        }
        long amount = event.money().minor();
        Set<String> names = names(payment, captures);
        if (names.contains(name) || name.equals(payment.providerReference())) {
            long booked = payment.captured() - otherCaptures(captures, name);
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
            remember(payment, event);
            return Further.NONE;
        }
        return event.partReference() != null && isOf(payment, event) ? Further.of(payment, amount) : Further.UNEXPLAINED;
    }

    /** What the provider calls the money that is booked: by its answers, its events and our captures. */
    private Set<String> names(Payment payment, List<PaymentOperation> captures) throws SQLException {
        Set<String> names = new HashSet<>(books.namesOfMoney(payment));
        captures.stream().filter(CaptureRules::isBooked).map(PaymentOperation::reference).filter(Objects::nonNull)
                .forEach(names::add);
        return names;
    }

    /** What is booked under other names. */
    private static long otherCaptures(List<PaymentOperation> captures, String name) {
        return captures.stream().filter(o -> isBooked(o) && o.reference() != null && !o.reference().equals(name))
                .mapToLong(o -> o.money().minor()).sum();
    }

    /** Where the provider does not say what a capture belongs to, our own id in it does. */
    private boolean isOf(Payment payment, ProviderEvent event) throws SQLException {
        return event.reference() == null || event.reference().equals(payment.providerReference())
                || books.isName(payment, event.reference());
    }

    private void add(Payment payment, ProviderEvent event, long amount, PaymentOperation.Status status, String reason)
            throws SQLException {
        books.add(PaymentOperation.told(Ids.next(), payment, Kind.CAPTURE, amount, status, reason, name(event)));
    }

    private void remember(Payment payment, ProviderEvent event) throws SQLException {
        if (event.reference() != null) {
            books.remember(payment, "completed", event.reference());
        }
        if (event.partReference() != null && !event.partReference().equals(event.reference())) {
            books.remember(payment, "completed", event.partReference());
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
