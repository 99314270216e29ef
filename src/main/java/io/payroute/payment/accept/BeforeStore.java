package io.payroute.payment.accept;

import java.sql.SQLException;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.PaymentEvents;
import io.payroute.payment.hook.HookDecision;
import io.payroute.payment.hook.HookFailures;
import io.payroute.payment.hook.HookedExchange;
import io.payroute.payment.hook.HookedPayment;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.hook.HookFailure;
import io.payroute.platform.sql.Sql;

/**
 * Has the team's hook {@code payment-before-store} look at a payment that is about to be stored. What it refuses is not stored,
 * and its key is not used up. A repetition of a request whose payment is stored gets the first answer, whatever the hook says now:
 * before a refusal, the key is looked up.
 */
@ApplicationScoped
@Named("beforeStore")
public class BeforeStore {

    private static final String HOOK = ReplacedHooks.BEFORE_STORE;
    private static final String HAS_KEY = "SELECT 1 FROM idempotency_key WHERE caller = ? AND idempotency_key = ?";
    private static final String IS_STORED = "SELECT 1 FROM payment WHERE id = ?";

    private final DataSource dataSource;
    private final ReplacedHooks hooks;
    private final HookFailures outcomes;

    public BeforeStore(RoleDatabases databases, ReplacedHooks hooks, HookFailures outcomes) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.hooks = hooks;
        this.outcomes = outcomes;
    }

    /** A payment that this role has accepted itself was asked about then. */
    public boolean applies(Exchange exchange) {
        return hooks.isReplaced(HOOK) && !(exchange.getMessage().getBody() instanceof RecordPayments.Submitted submitted
                && PaymentEvents.SUBMITTED.equals(submitted.record().type()));
    }

    public void offer(Exchange exchange) {
        PaymentInstruction payment = payment(exchange.getMessage());
        new HookedPayment(payment.paymentId(), payment.userId(), payment.email(), payment.orderId(), payment.money(),
                payment.method(), payment.provider(), payment.capture(), 1).offer(exchange);
    }

    /**
     * Goes on with the payment as it was.
     *
     * @throws Refusal the hook's
     * @throws HookFailure when it could not decide
     */
    public void conclude(Exchange exchange) throws Exception {
        Throwable ended = HookedExchange.takeBack(exchange);
        if (ended == null) {
            outcomes.decided(HOOK, "passed");
            return;
        }
        Refusal refusal = ended instanceof Refusal own && isOfTheHook(own)
                ? own
                : ended instanceof HookDecision decision && decision.kind() == HookDecision.Kind.DECLINE
                        ? Refusal.of(Refusal.Kind.INVALID, "declined", "The payment is refused", decision.reason())
                        : null;
        if (refusal == null) {
            outcomes.failed(HOOK, payment(exchange.getMessage()).paymentId(), ended);
        } else {
            outcomes.decided(HOOK, "refused");
        }
        if (isRepetition(exchange.getMessage())) {
            return;
        }
        throw refusal == null ? new HookFailure("The hook " + HOOK + " could not decide.") : refusal;
    }

    private static boolean isOfTheHook(Refusal refusal) {
        return refusal.kind() == Refusal.Kind.INVALID || refusal.kind() == Refusal.Kind.FORBIDDEN;
    }

    private boolean isRepetition(Message message) throws SQLException {
        if (message.getBody() instanceof RecordPayments.Submitted submitted) {
            return !Sql.query(dataSource, IS_STORED, row -> true, submitted.instruction().paymentId()).isEmpty();
        }
        String key = message.getHeader(Idempotency.HEADER, String.class);
        return key != null && !Sql.query(dataSource, HAS_KEY, row -> true,
                message.getHeader(Idempotency.CALLER, "anonymous", String.class), key).isEmpty();
    }

    private static PaymentInstruction payment(Message message) {
        return message.getBody() instanceof RecordPayments.Submitted submitted
                ? submitted.instruction()
                : message.getBody(PaymentInstruction.class);
    }
}
