package io.payroute.payment.dryrun;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.payroute.payment.event.apply.EventBooks;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentDispute;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.provider.ProviderEvent;

/** The books of a dry run, in memory: they keep what the rules of events write, and nothing follows from it. */
final class TriedBooks implements EventBooks {

    /** @param outcome of which the provider told by this name */
    private record Name(UUID payment, String provider, String outcome, String name) {
    }

    private final Map<UUID, Payment> payments = new LinkedHashMap<>();
    private final Map<UUID, PaymentOperation> operations = new LinkedHashMap<>();
    private final Map<UUID, PaymentDispute> disputes = new LinkedHashMap<>();
    private final Set<UUID> authorized = new HashSet<>();
    private final Set<UUID> calls = new HashSet<>();
    private final List<Name> names = new ArrayList<>();

    /** A payment that is there before the first event. @param calling whether the answer to its charge is still to come */
    void put(Payment payment, boolean calling) {
        keep(payment);
        if (calling) {
            calls.add(payment.id());
        }
        if (payment.providerReference() != null) {
            remember(payment, payment.status().isCaptured()
                    ? "completed"
                    : payment.status() == PaymentStatus.AUTHORIZED ? "authorized" : "pending", payment.providerReference());
        }
        if (!payment.capture() && payment.status().isCaptured()) {
            authorized.add(payment.id());
        }
    }

    void put(PaymentOperation operation) {
        operations.put(operation.id(), operation);
    }

    private List<PaymentOperation> operations(Payment payment) {
        return operations.values().stream().filter(operation -> operation.paymentId().equals(payment.id())).toList();
    }

    private void keep(Payment payment) {
        payments.put(payment.id(), payment);
        if (payment.status() == PaymentStatus.AUTHORIZED) {
            authorized.add(payment.id());
        }
    }

    @Override
    public Optional<Payment> payment(UUID id) {
        return Optional.ofNullable(payments.get(id));
    }

    @Override
    public Optional<Payment> payment(String provider, String name) {
        return names.stream().filter(one -> one.provider.equals(provider) && one.name.equals(name)).findFirst()
                .map(one -> payments.get(one.payment));
    }

    @Override
    public boolean wasAuthorized(Payment payment) {
        return authorized.contains(payment.id());
    }

    @Override
    public boolean isCallOnItsWay(Payment payment) {
        return calls.contains(payment.id());
    }

    @Override
    public Optional<PaymentOperation> operation(UUID id) {
        return Optional.ofNullable(operations.get(id));
    }

    @Override
    public Optional<PaymentOperation> refund(String provider, String reference) {
        return operations.values().stream().filter(operation -> operation.kind() == Kind.REFUND
                && provider.equals(operation.provider()) && reference.equals(operation.reference())).findFirst();
    }

    @Override
    public List<PaymentOperation> openOperations(Payment payment) {
        return operations(payment).stream().filter(operation -> operation.status() == PaymentOperation.Status.PENDING).toList();
    }

    @Override
    public List<PaymentOperation> endedCaptures(Payment payment) {
        return operations(payment).stream()
                .filter(operation -> operation.kind() == Kind.CAPTURE
                        && operation.status() != PaymentOperation.Status.PENDING)
                .collect(Collectors.collectingAndThen(Collectors.toCollection(ArrayList::new), latestFirst -> {
                    Collections.reverse(latestFirst);
                    return latestFirst;
                }));
    }

    @Override
    public Collection<String> namesOfMoney(Payment payment) {
        return named(payment).filter(one -> one.outcome.equals("completed")).map(Name::name).toList();
    }

    @Override
    public boolean isName(Payment payment, String name) {
        return named(payment).anyMatch(one -> one.name.equals(name));
    }

    private Stream<Name> named(Payment payment) {
        return names.stream().filter(one -> one.payment.equals(payment.id()) && one.provider.equals(payment.provider()));
    }

    @Override
    public void remember(Payment payment, String outcome, String name) {
        names.add(new Name(payment.id(), payment.provider(), outcome, name));
    }

    @Override
    public void become(Payment payment, PaymentStatus next, String reason, String reference, long captured) {
        calls.remove(payment.id());
        keep(payment.become(next, reason, reference, captured));
    }

    @Override
    public void captured(Payment payment, long captured) {
        keep(payment.captured(captured));
    }

    @Override
    public void add(PaymentOperation operation) {
        put(operation);
    }

    @Override
    public void end(PaymentOperation operation, PaymentOperation.Status status, String reason, String reference) {
        put(operation.ended(status, operation.money().minor(), reason, reference));
    }

    @Override
    public void end(PaymentOperation operation, long moved, String reference) {
        put(operation.ended(PaymentOperation.Status.SUCCEEDED, moved, null, reference));
    }

    @Override
    public void overtake(PaymentOperation operation) {
        end(operation, PaymentOperation.Status.FAILED, "overtaken_by_provider", null);
    }

    @Override
    public void refunded(Payment payment, PaymentStatus next, PaymentOperation refund, long moved, String reference) {
        end(refund, moved, reference);
        keep(payment.refunded(refund.money().minor(), moved).become(next, null, null, payment.captured()));
    }

    @Override
    public void refundedUnasked(Payment payment, PaymentStatus next, long moved) {
        keep(payment.refunded(0, moved).become(next, null, null, payment.captured()));
    }

    @Override
    public void refundFailed(Payment payment, PaymentOperation refund, String reason) {
        end(refund, PaymentOperation.Status.FAILED, reason, null);
        keep(payment.refunds(payment.refundClaimed() - refund.money().minor(), payment.refunded()));
    }

    @Override
    public Optional<PaymentDispute> dispute(String provider, String reference) {
        return disputes.values().stream()
                .filter(dispute -> dispute.provider().equals(provider) && dispute.reference().equals(reference)).findFirst();
    }

    @Override
    public Optional<PaymentDispute> lastDispute(Payment payment) {
        return disputes(payment).reduce((one, later) -> one.status().isFinal() || !later.status().isFinal() ? later : one);
    }

    private Stream<PaymentDispute> disputes(Payment payment) {
        return disputes.values().stream().filter(
                dispute -> dispute.paymentId().equals(payment.id()) && dispute.provider().equals(payment.provider()));
    }

    @Override
    public void keep(PaymentDispute dispute) {
        disputes.put(dispute.id(), dispute);
    }

    @Override
    public void disputed(Payment payment, PaymentDispute dispute, List<String> news) {
        long open = disputes(payment).filter(one -> !one.status().isFinal()).mapToLong(PaymentDispute::amount).sum();
        keep(payment.disputed(open, disputes(payment).mapToLong(PaymentDispute::withdrawn).sum()));
    }

    /** The id of a payment of which no more is known than what the provider calls it. */
    static UUID standIn(ProviderEvent event) {
        String name = event.provider() + ' ' + (event.reference() == null ? event.partReference() : event.reference());
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
