package io.payroute.platform.outbox;

import org.apache.camel.Processor;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

import io.payroute.platform.work.PolledConsumer;
import io.payroute.platform.work.PolledEndpoint;

/**
 * The outbox of one role. Events are written in the transaction of what they tell of; behind the step that committed them stands
 * {@code to: outbox:…} with their topic.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "outbox", title = "Outbox", syntax = "outbox:role")
public class OutboxEndpoint extends PolledEndpoint {

    @UriPath(description = "The role whose events these are")
    private final String role;
    @UriParam(description = "Most events of one exchange", defaultValue = "500")
    private int batchSize = 500;
    @UriParam(label = "producer", description = "The topic of the events that the step in front committed; only said, each event knows its topic")
    private String topic;

    OutboxEndpoint(String uri, OutboxComponent component, String role) {
        super(uri, component);
        this.role = role;
    }

    @Override
    public String getQueue() {
        return Outbox.queue(role);
    }

    @Override
    protected PolledConsumer consumer(Processor processor) {
        return new OutboxConsumer(this, processor);
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

    public String getTopic() {
        return topic;
    }

    public void setTopic(String topic) {
        this.topic = topic;
    }
}
