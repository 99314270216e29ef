package io.payroute.payment.hook;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.jboss.logging.Logger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.platform.Causes;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Startup;

/** Keeps how a hook ended for the step behind it, and tells an operator what hooks decide and how often they fail. */
@ApplicationScoped
@Startup
@Named("hookFailure")
@Unremovable
public class HookFailures {

    private static final Logger LOG = Logger.getLogger(HookFailures.class);

    private final MeterRegistry registry;
    /** The last one failed too, and was told of: while a hook's server is down all fail. */
    private volatile boolean failing;

    public HookFailures(MeterRegistry registry) {
        this.registry = registry;
        // There before they count: of a series that begins with one, nobody sees that it grew.
        counter(ReplacedHooks.BEFORE_STORE, "failed");
        counter(ReplacedHooks.BEFORE_CHARGE, "failed");
    }

    /** In the doCatch around a hook. */
    public void keep(Exchange exchange) {
        HookedExchange.fail(exchange);
    }

    /** @param decision a word from a small set */
    public void decided(String hook, String decision) {
        failing = false;
        count(hook, decision);
    }

    public void failed(String hook, Object paymentId, Throwable cause) {
        count(hook, "failed");
        LOG.logf(failing ? Logger.Level.DEBUG : Logger.Level.WARN,
                "event=hook-failed hook=%s role=payment paymentId=%s cause=%s",
                hook, paymentId, Causes.brief(cause));
        failing = true;
    }

    private void count(String hook, String outcome) {
        counter(hook, outcome).increment();
    }

    private Counter counter(String hook, String outcome) {
        return registry.counter("payroute.hook.decisions", "hook", hook, "outcome", outcome);
    }
}
