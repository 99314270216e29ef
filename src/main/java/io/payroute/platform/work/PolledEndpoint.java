package io.payroute.platform.work;

import java.time.Duration;

import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * A table as an endpoint: a consumer polls it, and a producer changes nothing. Sending to it lets the consumer poll at once, and a
 * reader of the route see where its rows come from.
 */
public abstract class PolledEndpoint extends DefaultEndpoint {

    @UriParam(description = "How often the table is polled when nobody wakes its consumer", javaType = "java.time.Duration", defaultValue = "1s")
    private Duration pollInterval = Duration.ofSeconds(1);
    @UriParam(description = "Least time between two polls", javaType = "java.time.Duration", defaultValue = "20ms")
    private Duration claimInterval = Duration.ofMillis(20);

    protected PolledEndpoint(String uri, Component component) {
        super(uri, component);
    }

    /** @return the name by which its consumer is woken, and known in logs and metrics */
    public abstract String getQueue();

    protected abstract PolledConsumer consumer(Processor processor);

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        PolledConsumer consumer = consumer(processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        return new DefaultProducer(this) {
            @Override
            public void process(Exchange exchange) {
                WakeUps.wake(getQueue());
            }
        };
    }

    public Duration getPollInterval() {
        return pollInterval;
    }

    public void setPollInterval(Duration pollInterval) {
        this.pollInterval = pollInterval;
    }

    public Duration getClaimInterval() {
        return claimInterval;
    }

    public void setClaimInterval(Duration claimInterval) {
        this.claimInterval = claimInterval;
    }
}
