package io.payroute.payment.hook;

import java.time.Duration;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.main.events.BeforeInitialize;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.hook.HookThreads;
import io.payroute.platform.work.Continuations;
import io.quarkus.arc.Unremovable;

/** The threads of the hooks of payments. What they decide they say by how they end, and what they change has no effect. */
@ApplicationScoped
@Unremovable
public class PaymentHookThreads {

    private final HookThreads threads;

    public PaymentHookThreads(@ConfigProperty(name = "payment.hook.threads") int threads,
            @ConfigProperty(name = "payment.hook.timeout") Duration timeout) {
        this.threads = new HookThreads(PaymentRole.NAME, PaymentHooks.ALL, threads, timeout, Continuations.EXECUTOR, false);
    }

    void register(@Observes BeforeInitialize starting) {
        register(starting.getCamelContext());
    }

    public void register(CamelContext context) {
        threads.register(context);
    }

    @PreDestroy
    public void close() {
        threads.close();
    }
}
