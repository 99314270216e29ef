package io.payroute.platform.reload;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.reload.RouteSwap.Change;
import io.payroute.platform.reload.RouteSwap.Kamelet;
import io.payroute.testing.Routes;

import static org.awaitility.Awaitility.await;

/** Routes that are exchanged, and what shows how. */
@Timeout(60)
abstract class SwapBed {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    final DefaultCamelContext context = Routes.context();
    final SwappableDirectComponent direct = new SwappableDirectComponent();
    final Gate gate = new Gate();
    final Numbers numbers = new Numbers();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @BeforeEach
    void start() throws Exception {
        context.addComponent("direct", direct);
        context.addComponent("port", new Ports());
        context.addComponent("numbers", numbers);
        context.getRegistry().bind("gate", gate);
        context.getRegistry().bind("heard", new Heard());
        MicrometerRoutePolicyFactory counting = new MicrometerRoutePolicyFactory();
        counting.setMeterRegistry(meters);
        context.addRoutePolicyFactory(counting);
        context.start();
    }

    @AfterEach
    void stop() {
        gate.open.countDown();
        context.stop();
    }

    void unchecked(Change... changes) {
        try {
            swap(changes);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void unchecked(Duration patience, Change... changes) {
        try {
            swap(patience, Map.of(), changes);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void swap(Change... changes) throws Exception {
        swap(PATIENCE, Map.of(), changes);
    }

    void swap(Duration patience, Map<String, Kamelet> kamelets, Change... changes) throws Exception {
        new RouteSwap(context, direct, patience, List.of(changes), kamelets, () -> {
        }).run();
    }

    void load(String id, String text) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString(id + ".camel.yaml", text));
    }

    String call(String uri) {
        return call(uri, "");
    }

    String call(String uri, String body) {
        return context.createFluentProducerTemplate().to(uri).withBody(body).request(String.class);
    }

    static String route(String id, String from, String steps) {
        return "- route:\n    id: %s\n    from:\n      uri: %s\n      steps:\n%s".formatted(id, from, steps);
    }

    static String says(String word) {
        return "        - setBody:\n            id: say\n            constant:\n              expression: " + word + "\n";
    }

    static String bean(String name, String method) {
        return "        - bean:\n            ref: " + name + "\n            method: " + method + "\n";
    }

    public static final class Gate {
        final CountDownLatch open = new CountDownLatch(1);
        final AtomicInteger waiting = new AtomicInteger();

        public void pass() throws InterruptedException {
            waiting.incrementAndGet();
            open.await();
        }

        public void slow() {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2_000));
        }

        void hold() {
            try {
                pass();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        public void passFirst() throws InterruptedException {
            if (waiting.incrementAndGet() == 1) {
                open.await();
            }
        }
    }

    public static final class Heard {
        final Queue<Integer> all = new ConcurrentLinkedQueue<>();

        public void hear(Integer number) {
            all.add(number);
        }
    }

    /** Its consumers find their port taken. */
    private static final class Ports extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new DefaultConsumer(this, processor) {
                        @Override
                        protected void doStart() {
                            if (uri.contains("error")) {
                                throw new NoClassDefFoundError("no/such/Type");
                            }
                            throw new IllegalStateException("Address already in use");
                        }
                    };
                }
            };
        }
    }

    /** Its consumers count, one after the other, and each number is one exchange. */
    static final class Numbers extends DefaultComponent {

        final AtomicInteger next = new AtomicInteger();

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new Counting(this, processor, next);
                }
            };
        }
    }

    private static final class Counting extends DefaultConsumer {

        private final AtomicInteger next;
        private CompletableFuture<Void> counting;
        private volatile boolean on;

        Counting(Endpoint endpoint, Processor processor, AtomicInteger next) {
            super(endpoint, processor);
            this.next = next;
        }

        @Override
        protected void doStart() {
            on = true;
            counting = CompletableFuture.runAsync(() -> {
                while (on) {
                    try {
                        Exchange exchange = createExchange(true);
                        exchange.getMessage().setBody(next.getAndIncrement());
                        getProcessor().process(exchange);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
        }

        @Override
        protected void doSuspend() {
            on = false;
            if (!getEndpoint().getEndpointUri().contains("loose")) {
                counting.join();
            }
        }

        @Override
        protected void doResume() {
            doStart();
        }

        @Override
        protected void doStop() {
            on = false;
            counting.join();
        }
    }
}
