package io.payroute.payment;

import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.config.FirstSteps;
import io.quarkus.arc.Unremovable;

/** How to pay, and what to know where the sandbox stands in for a provider. */
@ApplicationScoped
@Unremovable
class PaymentFirstSteps implements FirstSteps {

    private final String provider;

    PaymentFirstSteps(@ConfigProperty(name = "payment.provider.default") String provider) {
        this.provider = provider;
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public String text(String http) {
        return """
                Pay           curl -i %1$s/pay -H 'Content-Type: application/json' \\
                                -d '{"userId":"u001","amount":49.99,"method":"paypal"}'
                Show it       curl %1$s/api/v1/payments/ID        (the paymentId of the answer)
                Its history   curl %1$s/api/v1/payments/ID/events
                Refund it     curl -X POST %1$s/api/v1/payments/ID/refunds
                """.formatted(http);
    }

    @Override
    public Optional<String> warning() {
        return provider.equals("sandbox")
                ? Optional.of(
                        "event=sandbox-charges The provider is the sandbox, which moves no money. Set PAYMENT_PROVIDER_DEFAULT.")
                : Optional.empty();
    }
}
