package io.payroute.aggregator;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;

import io.payroute.aggregator.model.KnownPayment;
import io.payroute.proto.payment.Payment;
import io.payroute.proto.payment.PaymentStatus;
import io.payroute.proto.payment.Provider;

/** A payment as the contract writes it. */
public final class PaymentMessages {

    private static final Map<String, Provider> NUMBERED = Map.of("stripe", Provider.STRIPE, "razorpay", Provider.RAZORPAY,
            "paypal",
            Provider.PAYPAL);

    private PaymentMessages() {
    }

    public static Payment of(KnownPayment payment, Instant processedAt) {
        Payment.Builder message = Payment.newBuilder().setId(payment.id()).setProvider(provider(payment.provider()))
                .setProviderName(payment.provider()).setStatus(PaymentStatus.valueOf(payment.status().name()))
                .setState(payment.state()).setCreatedAt(payment.createdAt().getEpochSecond())
                .setProcessedAt(processedAt.getEpochSecond()).putAllMetadata(payment.metadata()).setTopic(payment.topic())
                .setCapturedMinor(payment.captured()).setRefundedMinor(payment.refunded());
        if (payment.amount() != null) {
            message.setAmount(payment.amount().majorAsDouble()).setAmountMinor(payment.amount().minor())
                    .setCurrency(payment.amount().currency());
        }
        if (payment.email() != null) {
            message.setCustomerEmail(payment.email());
        }
        if (payment.dispute() != null) {
            message.setDispute(payment.dispute());
        }
        return message.build();
    }

    static Provider provider(String name) {
        return NUMBERED.getOrDefault(name, Provider.PROVIDER_UNKNOWN);
    }

    /** @param name wins when it is set. @return null for any */
    public static String provider(Provider provider, String name) {
        if (!name.isEmpty()) {
            return name.toLowerCase(Locale.ROOT);
        }
        return provider == Provider.PROVIDER_UNKNOWN || provider == Provider.UNRECOGNIZED
                ? null
                : provider.name().toLowerCase(Locale.ROOT);
    }

    /** @return null for any */
    public static String status(PaymentStatus status) {
        return status == PaymentStatus.STATUS_UNKNOWN || status == PaymentStatus.UNRECOGNIZED
                ? null
                : status.name().toLowerCase(Locale.ROOT);
    }
}
