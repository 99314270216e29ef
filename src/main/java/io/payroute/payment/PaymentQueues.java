package io.payroute.payment;

import java.util.List;
import java.util.Map;

import jakarta.enterprise.inject.Produces;

import io.payroute.platform.route.QueueSteps;
import io.quarkus.arc.Unremovable;

/** The queues of the role, by the names of their beans: what is behind {@code work:} in the routes, and what a commit wakes. */
public final class PaymentQueues {

    /** Charges that are due, and questions what became of them. */
    public static final String CHARGES = "payment-charges";
    /** Captures, cancellations and refunds that are due, and questions what became of them. */
    public static final String OPERATIONS = "payment-operations";
    /** Events of providers that are to be applied. */
    public static final String PROVIDER_EVENTS = "payment-provider-events";
    /** Webhooks that are due. */
    public static final String WEBHOOKS = "payment-webhooks";
    /** Endpoints that were disabled and whose contact is to be told. */
    public static final String WEBHOOK_ALERTS = "payment-webhook-alerts";
    /** Outcomes that the team's hook is to be told. */
    public static final String OUTCOME_HOOKS = "payment-outcome-hooks";
    /** Comparisons with a provider's books that are due. */
    public static final String RECONCILIATIONS = "payment-reconciliations";

    /** What the routes of these queues cannot do without. */
    public static final QueueSteps STEPS = new QueueSteps(
            Map.of(CHARGES, List.of("direct:payment-ask-before-charge", "settleCall.settle"), OPERATIONS,
                    List.of("settleCall.settle"), WEBHOOKS, List.of("recordDelivery.keepFailure", "recordDelivery.record"),
                    OUTCOME_HOOKS, List.of("afterOutcome.conclude")));

    @Produces
    @Unremovable
    QueueSteps steps() {
        return STEPS;
    }
}
