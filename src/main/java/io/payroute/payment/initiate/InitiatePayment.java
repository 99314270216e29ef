package io.payroute.payment.initiate;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;

import io.payroute.money.Money;
import io.payroute.payment.accept.AcceptPayment;
import io.payroute.payment.accept.PaymentRules;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Idempotency;
import io.payroute.proto.payment.InitiatePaymentRequest;

/**
 * The one payment of an order. Its id follows from the order's, so an order has one however often it is initiated, and whichever
 * process asks.
 */
@ApplicationScoped
@Named("initiatePayment")
public class InitiatePayment {

    /** Whose idempotency keys these are: no client of HTTP has a name like it. */
    static final String CALLER = "grpc:order";
    private static final String DEFAULT_METHOD = "card";

    private final PaymentsOfOrders payments;
    private final AcceptPayment acceptPayment;

    InitiatePayment(PaymentsOfOrders payments, AcceptPayment acceptPayment) {
        this.payments = payments;
        this.acceptPayment = acceptPayment;
    }

    /** Of the one payment of an order. */
    public static UUID idOf(String orderId) {
        return UUID.nameUUIDFromBytes(("order\n" + canonical(orderId)).getBytes(StandardCharsets.UTF_8));
    }

    /** A UUID in capitals names the same order. */
    private static String canonical(String orderId) {
        try {
            return Ids.parse(orderId).toString();
        } catch (IllegalArgumentException e) {
            return orderId;
        }
    }

    /** Replaces the body by the checked {@link PaymentInstruction}. */
    public void read(@Body InitiatePaymentRequest request, Exchange exchange) {
        if (request.getOrderId().isBlank()) {
            throw Refusal.invalid("order_id", "required", "order_id is required.");
        }
        String method = request.getPaymentMethodId().isEmpty() ? DEFAULT_METHOD : request.getPaymentMethodId();
        PaymentInstruction payment = PaymentRules.check(PaymentRules.Names.CREATE, idOf(request.getOrderId()),
                request.getUserId(), () -> money(request), method, textOrNull(request.getEmail()),
                textOrNull(request.getDescription()), canonical(request.getOrderId()));
        exchange.getMessage().setBody(payment);
        exchange.getMessage().setHeader(Idempotency.CALLER, CALLER);
        exchange.getMessage().setHeader(Idempotency.HEADER, payment.paymentId().toString());
    }

    private static Money money(InitiatePaymentRequest request) {
        return Money.ofEither(request.getAmount(), request.getAmountMinor(),
                PaymentRules.currencyOrDefault(request.getCurrency()));
    }

    private static String textOrNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /**
     * Stores it, unless it is stored.
     *
     * @return ends after the commit, with the id as the body
     * @throws Refusal when the order has a payment of another amount or user
     */
    public CompletionStage<Void> store(@Body PaymentInstruction payment, Exchange exchange) throws Exception {
        Optional<Payment> earlier = payments.find(payment.paymentId()).map(PaymentsOfOrders.Found::payment);
        if (earlier.isPresent()) {
            requireSame(earlier.get(), payment);
            exchange.getMessage().setBody(payment.paymentId());
            return CompletableFuture.completedFuture(null);
        }
        return accept(payment).thenAccept(accepted -> exchange.getMessage().setBody(accepted.paymentId()));
    }

    /** While another call stores it there is no answer yet: a conflict would be taken for a refusal of the order's payment. */
    private CompletionStage<AcceptPayment.Accepted> accept(PaymentInstruction payment) {
        try {
            return acceptPayment.accept(payment, CALLER, payment.paymentId().toString(), hash(payment));
        } catch (Refusal refusal) {
            throw refusal.kind() == Refusal.Kind.CONFLICT ? Refusal.unavailable(1) : refusal;
        }
    }

    private static void requireSame(Payment earlier, PaymentInstruction payment) {
        if (!earlier.money().equals(payment.money()) || !earlier.userId().equals(payment.userId())) {
            throw Refusal.conflict("This order has a payment of another amount or of another user.");
        }
    }

    private static byte[] hash(PaymentInstruction payment) {
        return Idempotency.sha256(String.join("\n", payment.userId(), Long.toString(payment.money().minor()),
                payment.money().currency()).getBytes(StandardCharsets.UTF_8));
    }
}
