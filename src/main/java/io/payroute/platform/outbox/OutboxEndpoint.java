package io.payroute.platform.outbox;

import java.time.Duration;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** The outbox of one role. Consumers only: events are written in the transaction of what they tell of. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "outbox", title = "Outbox", syntax = "outbox:role", consumerOnly = true)
public class OutboxEndpoint extends DefaultEndpoint {

    @UriPath(description = "The role whose events these are")
    private final String role;
    @UriParam(description = "Most events of one exchange", defaultValue = "500")
    private int batchSize = 500;
    @UriParam(description = "How often the table is looked at when nobody wakes it", javaType = "java.time.Duration", defaultValue = "1s")
    private Duration pollInterval;
    @UriParam(description = "Least time between two looks", javaType = "java.time.Duration", defaultValue = "20ms")
    private Duration claimInterval;

    OutboxEndpoint(String uri, OutboxComponent component, String role) {
        super(uri, component);
        this.role = role;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        OutboxConsumer consumer = new OutboxConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("outbox:" + role + " is for consumers: events are written with their state");
    }

    @Override
    public OutboxComponent getComponent() {
        return (OutboxComponent) super.getComponent();
    }

    public String getRole() {
        return role;
    }

    public int getBatchSize() {
        return batchSize;
    }

    public void setBatchSize(int batchSize) {
        this.batchSize = batchSize;
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
