package io.payroute.payment;

import java.time.Duration;
import java.time.Instant;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.Meters;

/** What becomes of payments, and how long it takes, by times that their rows have. */
public final class PaymentMeters {

    private PaymentMeters() {
    }

    /** @param payment as it was before */
    public static void moved(Payment payment, PaymentStatus next) {
        Meters.count("payroute.payment.transitions", "status", next.word(), "provider", payment.provider());
        if (next == PaymentStatus.COMPLETED) {
            Meters.time("payroute.payment.completion", Duration.between(payment.createdAt(), Instant.now()), "provider",
                    payment.provider());
        }
    }

    /** The mail that tells of the completion was taken by the mail server. @param since the payment was accepted */
    static void mailed(Duration since) {
        Meters.time("payroute.payment.mail", since);
    }

    /** @param outcome its word */
    public static void called(String provider, String operation, String outcome, Duration took) {
        Meters.time("payroute.provider.call", took, "provider", provider, "operation", operation, "outcome", outcome);
    }
}
