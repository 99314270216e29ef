package io.payroute.payment.hook;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.quarkus.main.events.BeforeInitialize;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.ExchangeHelper;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.route.Hook;
import io.payroute.platform.work.Continuations;
import io.payroute.platform.work.WorkTask;
import io.quarkus.arc.Unremovable;

/**
 * Has the steps that call a hook of the payment role do so on threads of the hook's own ({@link BoundedCalls}), with a copy of the
 * exchange: whatever a hook does that hangs, nobody else works on with what it has, and its caller's thread is free meanwhile. How the
 * hook ended is the step's exception, or none.
 */
@ApplicationScoped
@Unremovable
public class HookThreads implements InterceptStrategy {

    private final Duration timeout;
    private final Map<String, BoundedCalls> calls = new HashMap<>();
    private final Map<String, String> hooks = new HashMap<>();

    public HookThreads(@ConfigProperty(name = "payment.hook.threads") int threads,
            @ConfigProperty(name = "payment.hook.timeout") Duration timeout) {
        this.timeout = timeout;
        for (Hook hook : PaymentHooks.ALL) {
            calls.put(hook.id(), new BoundedCalls(hook.id(), threads, timeout));
            hooks.put(hook.address(), hook.id());
        }
    }

    /** Before any route is built: one that is keeps the steps it has. */
    void register(@Observes BeforeInitialize starting) {
        register(starting.getCamelContext());
    }

    public void register(CamelContext context) {
        context.getCamelContextExtension().addInterceptStrategy(this);
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target,
            Processor nextTarget) {
        String hook = definition instanceof ToDefinition to ? hooks.get(to.getUri()) : null;
        return hook == null
                ? target
                : new Step(AsyncProcessorConverterHelper.convert(target), calls.get(hook), hook, new ReplacedHooks(context));
    }

    @PreDestroy
    public void close() {
        calls.values().forEach(BoundedCalls::close);
    }

    private final class Step extends AsyncProcessorSupport {

        private final AsyncProcessor target;
        private final BoundedCalls threads;
        private final String hook;
        private final ReplacedHooks replaced;

        Step(AsyncProcessor target, BoundedCalls threads, String hook, ReplacedHooks replaced) {
            this.target = target;
            this.threads = threads;
            this.hook = hook;
            this.replaced = replaced;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (!replaced.isReplaced(hook)) {
                return target.process(exchange, callback);
            }
            Exchange copy = ExchangeHelper.createCorrelatedCopy(exchange, false);
            threads.call(() -> call(copy), patience(exchange)).whenCompleteAsync((done, failure) -> {
                exchange.setException(failure == null ? copy.getException() : failure);
                callback.done(false);
            }, Continuations.EXECUTOR);
            return false;
        }

        private void call(Exchange copy) {
            try {
                target.process(copy);
            } catch (Throwable e) {
                copy.setException(e);
            }
        }

        /** A task of a queue waits for its turn as long as it may begin, a request no longer than it would wait for the hook. */
        private Duration patience(Exchange exchange) {
            Long until = exchange.getProperty(WorkTask.START_UNTIL, Long.class);
            return until == null
                    ? timeout
                    : Duration.ofNanos(Math.max(until - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(1)));
        }
    }
}
