package io.payroute.platform.work;

import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;

import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.platform.http.AcceptFirst;

/**
 * Durable queues as endpoints: {@code from: work:payment-charges} runs its route once for each due row of the {@link WorkQueue} of
 * that name. See {@link WorkEndpoint} for the parameters and {@link WorkConsumer} for what is guaranteed.
 */
@Singleton
@Named("work")
@Component("work")
public class WorkComponent extends DefaultComponent {

    private final MeterRegistry meters;
    private final Supplier<IntSupplier> pace;

    @Inject
    public WorkComponent(MeterRegistry meters, AcceptFirst acceptFirst) {
        this(meters, acceptFirst::pace);
    }

    /** @param pace for each queue: how much may be claimed at this poll; {@code Integer.MAX_VALUE} for all there is */
    public WorkComponent(MeterRegistry meters, Supplier<IntSupplier> pace) {
        this.meters = meters;
        this.pace = pace;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        WorkEndpoint endpoint = new WorkEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @SuppressWarnings("unchecked")
    WorkQueue<WorkTask> queue(String name) {
        return CamelContextHelper.mandatoryLookup(getCamelContext(), name, WorkQueue.class);
    }

    MeterRegistry meters() {
        return meters;
    }

    IntSupplier pace() {
        return pace.get();
    }
}
