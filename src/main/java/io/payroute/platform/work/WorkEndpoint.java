package io.payroute.platform.work;

import java.time.Duration;

import org.apache.camel.Processor;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

/**
 * One durable queue. Rows come into its table in the transaction that makes them due; behind the step that committed them stands
 * {@code to: work:…}.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "work", title = "Work", syntax = "work:queue")
public class WorkEndpoint extends PolledEndpoint {

    @UriPath(description = "Name of the bean that is the queue")
    private final String queue;
    @UriParam(description = "How long a claimed task belongs to this process; it does not begin after half of it", javaType = "java.time.Duration", defaultValue = "60s")
    private Duration lease = Duration.ofSeconds(60);
    @UriParam(description = "Most tasks that run at once", defaultValue = "16")
    private int maxInFlight = 16;
    @UriParam(description = "Most tasks of one key that run at once, as a number or as a share of all, such as 75%; 0 for no limit", defaultValue = "0")
    private String maxInFlightPerKey = "0";
    @UriParam(description = "Most tasks that are claimed before there is room for them", defaultValue = "0")
    private int ahead;
    @UriParam(description = "Most tasks of one claim", defaultValue = "500")
    private int claimSize = 500;
    @UriParam(description = "Threads that begin tasks; one that waits without a thread needs none", defaultValue = "4")
    private int threads = 4;

    WorkEndpoint(String uri, WorkComponent component, String queue) {
        super(uri, component);
        this.queue = queue;
    }

    @Override
    protected PolledConsumer consumer(Processor processor) {
        return new WorkConsumer(this, processor);
    }

    @Override
    public WorkComponent getComponent() {
        return (WorkComponent) super.getComponent();
    }

    @Override
    public String getQueue() {
        return queue;
    }

    public Duration getLease() {
        return lease;
    }

    public void setLease(Duration lease) {
        this.lease = lease;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public String getMaxInFlightPerKey() {
        return maxInFlightPerKey;
    }

    /** @return the number; 0 for no limit */
    int maxPerKey() {
        return maxInFlightPerKey.endsWith("%")
                ? Math.max(1, maxInFlight * Integer.parseInt(maxInFlightPerKey.replace("%", "").strip()) / 100)
                : Integer.parseInt(maxInFlightPerKey);
    }

    public void setMaxInFlightPerKey(String maxInFlightPerKey) {
        this.maxInFlightPerKey = maxInFlightPerKey;
    }

    public int getAhead() {
        return ahead;
    }

    public void setAhead(int ahead) {
        this.ahead = ahead;
    }

    public int getClaimSize() {
        return claimSize;
    }

    public void setClaimSize(int claimSize) {
        this.claimSize = claimSize;
    }

    public int getThreads() {
        return threads;
    }

    public void setThreads(int threads) {
        this.threads = threads;
    }
}
