package io.payroute.payment.hook.outcome;

import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.outbox.RoleDeadLetters;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WakeUps;

/** Has the hook told once more of an outcome that was given up, when an operator replays its dead letter. */
@ApplicationScoped
public class ReplayOutcome implements RoleDeadLetters.WorkReplay {

    static final String SOURCE = "hook." + ReplacedHooks.AFTER_OUTCOME;
    private static final String REQUEUE = """
            INSERT INTO outcome_hook (event_id, payment_id, event) VALUES (?, ?, ?)
            ON CONFLICT (event_id) DO UPDATE SET due_at = now(), claims = outcome_hook.claims + 1, failures = 0,
              event = excluded.event""";

    private final ReplacedHooks hooks;

    ReplayOutcome(ReplacedHooks hooks) {
        this.hooks = hooks;
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public String source() {
        return SOURCE;
    }

    @Override
    public void requeue(Connection connection, String eventId, byte[] payload) throws Exception {
        if (!hooks.isReplaced(ReplacedHooks.AFTER_OUTCOME)) {
            throw Refusal.conflict("No file replaces the hook " + ReplacedHooks.AFTER_OUTCOME
                    + " in this process; nobody would be told.");
        }
        UUID payment;
        try {
            OutcomeTask task = new OutcomeTask(eventId, payload, 0, 0);
            payment = Ids.parse(task.read().getPaymentId());
            // What cannot be put before the hook would never leave the queue.
            task.values();
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("payload", "event", "The payload of dead letter " + eventId + " is no outcome of a payment.");
        }
        Sql.update(connection, REQUEUE, eventId, payment, payload);
        WakeUps.wake(PaymentQueues.OUTCOME_HOOKS, Duration.ZERO);
    }
}
