package io.payroute.platform.outbox;

import java.time.Duration;

import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * The outbox of one role. Events are written in the transaction of what they tell of. {@code to: outbox:…} behind the step that
 * committed them changes nothing: it lets them leave at once, and a reader of the route see which topic they go to.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "outbox", title = "Outbox", syntax = "outbox:role")
public class OutboxEndpoint extends DefaultEndpoint {

    @UriPath(description = "The role whose events these are")
    private final String role;
    @UriParam(description = "Most events of one exchange", defaultValue = "500")
    private int batchSize = 500;
    @UriParam(description = "How often the table is polled when nobody wakes it", javaType = "java.time.Duration", defaultValue = "1s")
    private Duration pollInterval;
    @UriParam(description = "Least time between two polls", javaType = "java.time.Duration", defaultValue = "20ms")
    private Duration claimInterval;
    @UriParam(label = "producer", description = "The topic of the events that the step in front committed; only said, each event knows its topic")
    private String topic;

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
        return new DefaultProducer(this) {
            @Override
            public void process(Exchange exchange) {
                Outbox.committed(role);
            }
        };
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

    public String getTopic() {
        return topic;
    }

    public void setTopic(String topic) {
        this.topic = topic;
    }
}
