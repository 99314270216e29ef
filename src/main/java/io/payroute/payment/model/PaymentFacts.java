package io.payroute.payment.model;

import java.util.List;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.ProviderOutcome.Completed;
import io.payroute.payment.model.ProviderOutcome.Declined;
import io.payroute.payment.model.ProviderOutcome.NotDone;

/**
 * Which fact it is that an answer or an event tells, by the amounts in our books. What follows from it is not said here, but by
 * {@link PaymentState}.
 */
public final class PaymentFacts {

    private PaymentFacts() {
    }

    /**
     * Of the answer to a charge. It is about this charge whatever it took, so an amount makes no difference, as it does in an event:
     * what was taken is booked, and the difference told.
     *
     * @param requested whether it answers a status query
     * @param mayRepeat whether attempts are left
     */
    public static PaymentFact ofCharge(ProviderOutcome outcome, boolean requested, boolean mayRepeat) {
        if (outcome instanceof Completed) {
            return PaymentFact.CHARGED;
        }
        if (outcome instanceof ProviderOutcome.Authorized) {
            return PaymentFact.AUTHORIZED;
        }
        if (outcome instanceof ProviderOutcome.Pending) {
            return PaymentFact.UNDECIDED;
        }
        return ofNothing(outcome, requested, mayRepeat, PaymentFact.NOT_SENT, PaymentFact.NOT_CHARGED, PaymentFact.UNANSWERED);
    }

    /**
     * Of the answer to a capture, a cancellation or a refund.
     *
     * @param counted whether an event has counted this very refund as one that nobody here had requested
     */
    public static PaymentFact ofOperation(Payment payment, PaymentOperation operation, ProviderOutcome outcome,
            boolean requested,
            boolean mayRepeat, boolean counted) {
        if (operation.status() != PaymentOperation.Status.PENDING) {
            boolean made = operation.status() == PaymentOperation.Status.FAILED && outcome instanceof Completed;
            return made ? PaymentFact.MADE_AFTER_ALL : PaymentFact.KNOWN;
        }
        if (outcome instanceof Completed done) {
            return counted ? PaymentFact.OPERATION_VOID : made(payment, operation, done.moved(operation.money()));
        }
        return ofNothing(outcome, requested, mayRepeat, PaymentFact.OPERATION_NOT_SENT, PaymentFact.OPERATION_VOID,
                PaymentFact.OPERATION_UNANSWERED);
    }

    /** Nothing is given up whose answer may be missing: after the last attempt the provider is requested first. */
    private static PaymentFact ofNothing(ProviderOutcome outcome, boolean requested, boolean mayRepeat, PaymentFact again,
            PaymentFact never, PaymentFact open) {
        if (outcome instanceof NotDone && mayRepeat) {
            return again;
        }
        return outcome instanceof Declined || outcome instanceof NotDone && requested ? never : open;
    }

    private static PaymentFact made(Payment payment, PaymentOperation operation, long moved) {
        return switch (operation.kind()) {
            case CAPTURE -> moved > 0 ? PaymentFact.CAPTURE_MADE : PaymentFact.CHARGED_WRONGLY;
            case CANCEL -> PaymentFact.CANCEL_MADE;
            case REFUND -> moved > 0
                    ? refund(payment, Math.min(moved, room(payment, operation)))
                    : PaymentFact.REFUNDED_WRONGLY;
        };
    }

    /** Minor units that this operation can move at most, in our books. */
    public static long room(Payment payment, PaymentOperation operation) {
        return operation.kind() == Kind.REFUND
                ? payment.captured() - payment.refundClaimed() + operation.money().minor()
                : payment.money().minor();
    }

    /** @param told null when the event says no amount */
    public static PaymentFact authorized(Payment payment, Money told) {
        if (payment.capture()) {
            return PaymentFact.AUTHORIZED_ON_THE_WAY;
        }
        return told != null && told.minor() != payment.money().minor()
                ? PaymentFact.AUTHORIZED_OTHERWISE
                : PaymentFact.AUTHORIZED;
    }

    /** Of a capture that the provider refused: of what was only to be authorised nothing is known by that. */
    public static PaymentFact captureDeclined(Payment payment) {
        return payment.capture() ? PaymentFact.NOT_CHARGED : PaymentFact.KNOWN;
    }

    /** Of a payment of which no money has moved yet. @param told null when the event says no amount */
    public static PaymentFact captured(Payment payment, Money told) {
        long all = payment.money().minor();
        long moved = told == null ? all : told.minor();
        if (moved == all) {
            return PaymentFact.CHARGED;
        }
        if (moved <= 0 || moved > all) {
            return PaymentFact.CHARGED_WRONGLY;
        }
        return payment.capture() ? PaymentFact.CHARGED_IN_PART : PaymentFact.CAPTURED_IN_PART;
    }

    /** Of money that belongs to the payment and is not booked yet. */
    public static PaymentFact capturedFurther(Payment payment, long amount) {
        return amount > 0 && payment.captured() + amount <= payment.money().minor()
                ? PaymentFact.CAPTURED_FURTHER
                : PaymentFact.CAPTURED_UNEXPLAINED;
    }

    /**
     * Of a capture whose money did not come.
     *
     * @param told null when the event says no amount
     * @param capture null when it is the charge itself, or none of those that are known
     * @param named whether the event says of which capture it tells
     */
    public static PaymentFact takenBack(Payment payment, Money told, PaymentOperation capture, boolean named) {
        if (told == null) {
            return PaymentFact.TAKEN_BACK_WRONGLY;
        }
        long amount = told.minor();
        long left = payment.captured() - amount;
        boolean fits = amount > 0 && left >= 0 && (left == 0 || named)
                && (capture == null || capture.money().minor() == amount);
        if (!fits || left < payment.refunded()) {
            return PaymentFact.TAKEN_BACK_WRONGLY;
        }
        if (left < payment.refundClaimed()) {
            return PaymentFact.TAKEN_BACK_EARLY;
        }
        if (left == 0) {
            return PaymentFact.TAKEN_BACK;
        }
        return left == payment.refunded() ? PaymentFact.TAKEN_BACK_TO_REFUNDED : PaymentFact.TAKEN_BACK_IN_PART;
    }

    /** Of a dispute. @param reference null when the event does not say which one */
    public static PaymentFact disputed(String reference, Money told) {
        return reference == null || told == null || told.minor() <= 0 ? PaymentFact.DISPUTED_WRONGLY : PaymentFact.DISPUTED;
    }

    /** Of a refund that we had requested. @param told null when the event says no amount */
    public static PaymentFact refunded(Payment payment, PaymentOperation ours, Money told) {
        return switch (ours.status()) {
            case PENDING -> {
                long amount = told == null ? ours.money().minor() : told.minor();
                yield amount > 0 && amount <= room(payment, ours)
                        ? refund(payment, amount)
                        : PaymentFact.REFUNDED_WRONGLY;
            }
            case SUCCEEDED -> PaymentFact.KNOWN;
            case FAILED -> PaymentFact.MADE_AFTER_ALL;
        };
    }

    /**
     * Of a refund that is none of those that we know by name. While the answer to our own is out, it cannot be told from that.
     *
     * @param open our operations on the payment that have no answer yet
     */
    public static PaymentFact refundedUnasked(Payment payment, Money told, List<PaymentOperation> open) {
        if (told == null || told.minor() <= 0) {
            return PaymentFact.REFUNDED_WRONGLY;
        }
        boolean maybeOurs = open.stream()
                .anyMatch(o -> o.kind() == Kind.REFUND && o.reference() == null && o.money().minor() == told.minor());
        boolean fits = told.minor() <= payment.captured() - payment.refundClaimed();
        if (maybeOurs || !fits && !open.isEmpty()) {
            return PaymentFact.REFUNDED_MEANWHILE;
        }
        return fits ? refund(payment, told.minor()) : PaymentFact.REFUNDED_WRONGLY;
    }

    /** @param ours null when it is a refund that nobody here knows */
    public static PaymentFact refundFailed(PaymentOperation ours) {
        if (ours == null) {
            return PaymentFact.KNOWN;
        }
        return switch (ours.status()) {
            case PENDING -> PaymentFact.OPERATION_VOID;
            case SUCCEEDED -> PaymentFact.REFUND_UNDONE;
            case FAILED -> PaymentFact.KNOWN;
        };
    }

    private static PaymentFact refund(Payment payment, long amount) {
        return payment.refunded() + amount == payment.captured() ? PaymentFact.REFUNDED : PaymentFact.REFUNDED_IN_PART;
    }

    /** Of a refund that a caller requests. */
    public static PaymentFact refundAsked(Payment payment, long amount) {
        return amount > payment.refundable() ? PaymentFact.REQUESTED_TOO_MUCH : PaymentFact.REFUND_REQUESTED;
    }
}
