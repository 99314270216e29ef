package io.payroute.platform.hook;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.ExchangeHelper;

import io.payroute.platform.route.Hook;
import io.payroute.platform.work.WorkTask;

/**
 * Has the steps that call a hook of a role do so on threads of the hook's own ({@link BoundedCalls}), with a copy of the exchange:
 * whatever a hook does that hangs, nobody else works on with what it has, and its caller's thread is free meanwhile. How the hook ended is
 * the step's exception, or none. What is packaged is called as any route: it costs nothing.
 */
public final class HookThreads implements InterceptStrategy, AutoCloseable {

    private final Duration timeout;
    private final Executor onward;
    private final boolean answers;
    private final Map<String, BoundedCalls> calls = new HashMap<>();
    private final Map<String, String> hooks = new HashMap<>();
    private ReplacedRoutes replaced;

    /**
     * @param role whose settings <code>{role}.hook.threads</code> and <code>{role}.hook.timeout</code> are
     * @param onward where the route that called goes on
     * @param answers whether what a hook says in its headers counts
     */
    public HookThreads(String role, List<Hook> hooks, int threads, Duration timeout, Executor onward, boolean answers) {
        this.timeout = timeout;
        this.onward = onward;
        this.answers = answers;
        for (Hook hook : hooks) {
            calls.put(hook.id(), new BoundedCalls(hook.id(), threads, timeout, role + ".hook"));
            this.hooks.put(hook.address(), hook.id());
        }
    }

    /** Before any route is built: one that is keeps the steps it has. */
    public void register(CamelContext context) {
        replaced = new ReplacedRoutes(context);
        context.getCamelContextExtension().addInterceptStrategy(this);
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target,
            Processor nextTarget) {
        String hook = definition instanceof ToDefinition to ? hooks.get(to.getUri()) : null;
        return hook == null
                ? target
                : new Step(AsyncProcessorConverterHelper.convert(target), calls.get(hook), hook);
    }

    @Override
    public void close() {
        calls.values().forEach(BoundedCalls::close);
    }

    private final class Step extends AsyncProcessorSupport {

        private final AsyncProcessor target;
        private final BoundedCalls threads;
        private final String hook;

        Step(AsyncProcessor target, BoundedCalls threads, String hook) {
            this.target = target;
            this.threads = threads;
            this.hook = hook;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (!replaced.isReplaced(hook)) {
                return target.process(exchange, callback);
            }
            Exchange copy = ExchangeHelper.createCorrelatedCopy(exchange, false);
            threads.call(() -> call(copy), patience(exchange)).whenCompleteAsync((done, failure) -> {
                exchange.setException(failure == null ? copy.getException() : failure);
                if (answers && failure == null) {
                    exchange.getMessage().setHeaders(new HashMap<>(copy.getMessage().getHeaders()));
                }
                callback.done(false);
            }, onward);
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
