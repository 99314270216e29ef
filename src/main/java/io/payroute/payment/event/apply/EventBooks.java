package io.payroute.payment.event.apply;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentDispute;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentStatus;

/**
 * What {@link EventRules} know of payments, and what they write: {@link StoredBooks}, or those of a dry run. Nothing is decided here.
 * A payment is written as the rules were given it, with no other change.
 */
public interface EventBooks {

    /** Locked, as whatever is read below it. */
    Optional<Payment> payment(UUID id) throws SQLException;

    /** By a name that the provider gave to it, or to money of it, whether in an answer or in an event. */
    Optional<Payment> payment(String provider, String name) throws SQLException;

    boolean wasAuthorized(Payment payment) throws SQLException;

    /** Whether an answer to a call of our own is still to come. */
    boolean isCallOnItsWay(Payment payment) throws SQLException;

    Optional<PaymentOperation> operation(UUID id) throws SQLException;

    Optional<PaymentOperation> refund(String provider, String reference) throws SQLException;

    /** What has no outcome yet. */
    List<PaymentOperation> openOperations(Payment payment) throws SQLException;

    /** Its captures that have an outcome, the latest first. */
    List<PaymentOperation> endedCaptures(Payment payment) throws SQLException;

    /** What the provider has called money that moved. */
    Collection<String> namesOfMoney(Payment payment) throws SQLException;

    /** Whether the provider has called the payment, or money of it, so. */
    boolean isName(Payment payment, String name) throws SQLException;

    /** @param outcome of which the provider told by this name */
    void remember(Payment payment, String outcome, String name) throws SQLException;

    /** Takes the payment to its next state. @param captured of its money, afterwards */
    void become(Payment payment, PaymentStatus next, String reason, String reference, long captured) throws SQLException;

    /** So much of its money has moved now; the state stays. */
    void captured(Payment payment, long captured) throws SQLException;

    /** One that nobody here had requested. */
    void add(PaymentOperation operation) throws SQLException;

    void end(PaymentOperation operation, PaymentOperation.Status status, String reason, String reference) throws SQLException;

    /** As done. @param moved which may differ from what was requested */
    void end(PaymentOperation operation, long moved, String reference) throws SQLException;

    /** It has lost its object. */
    void overtake(PaymentOperation operation) throws SQLException;

    /** One of ours. @param moved which may differ from what was requested */
    void refunded(Payment payment, PaymentStatus next, PaymentOperation refund, long moved, String reference)
            throws SQLException;

    void refundedUnasked(Payment payment, PaymentStatus next, long moved) throws SQLException;

    void refundFailed(Payment payment, PaymentOperation refund, String reason) throws SQLException;

    Optional<PaymentDispute> dispute(String provider, String reference) throws SQLException;

    /** The open one, or else the latest. */
    Optional<PaymentDispute> lastDispute(Payment payment) throws SQLException;

    void keep(PaymentDispute dispute) throws SQLException;

    /** A dispute has changed. @param news each in a word */
    void disputed(Payment payment, PaymentDispute dispute, List<String> news) throws SQLException;
}
