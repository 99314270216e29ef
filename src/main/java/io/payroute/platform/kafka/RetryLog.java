package io.payroute.platform.kafka;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

import io.payroute.platform.Causes;
import io.payroute.platform.log.LogContext;
import io.payroute.platform.trace.TraceContext;
import io.quarkus.arc.Unremovable;

/**
 * The line in the log for each time that a step is repeated: with the ids of what it is about, which Camel's own line has not, and
 * with the cause in one masked line.
 */
@Singleton
@Unremovable
@Named("retryLog")
public class RetryLog implements Processor {

    private static final Logger LOG = Logger.getLogger(RetryLog.class);

    @Override
    public void process(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        LOG.warnf("event=retry%s%s attempt=%d cause=%s", LogContext.of(exchange),
                TraceContext.logId(TraceContext.of(exchange)),
                exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 0, Integer.class),
                cause == null ? "unknown" : Causes.brief(cause));
    }
}
