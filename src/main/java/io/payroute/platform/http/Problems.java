package io.payroute.platform.http;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jboss.logging.Logger;

import io.grpc.StatusRuntimeException;
import io.payroute.money.InvalidMoneyException;
import io.payroute.platform.CallRefusal;
import io.payroute.platform.Causes;
import io.payroute.platform.LogSubject;
import io.payroute.platform.Refusal;
import io.payroute.platform.Transient;
import io.payroute.platform.trace.TraceContext;
import io.quarkus.arc.Unremovable;

/**
 * Turns whatever a route failed with into one kind of answer, RFC 9457 problem+json. Used as the step
 * {@code - bean: {ref: problems, method: render}} of an {@code onException}. It guarantees that no header of the request and no
 * internal text reaches the client, and that every unexpected failure leaves exactly one line in the log.
 */
@ApplicationScoped
@Unremovable
@Named("problems")
public class Problems {

    /** Exchange property with the path of the request; set it before the headers are stripped. */
    public static final String INSTANCE = "payroute.instance";

    private static final int RETRY_AFTER_SECONDS = 1;
    private static final int MAX_DEPTH = 16;
    private static final Logger LOG = Logger.getLogger(Problems.class);

    /** Replaces the message's headers and body by the answer to what the step failed with. */
    public void render(Exchange exchange) {
        Message message = exchange.getMessage();
        String instance = instanceOf(exchange, message);
        Refusal problem = head(exchange, ProblemBody.CONTENT_TYPE);
        message.setBody(ProblemBody.of(problem, instance));
    }

    /** The same as {@code {error, details, code}}. What another role refused over gRPC is told in its words. */
    public void envelope(Exchange exchange) {
        Refusal problem = head(exchange, ProblemBody.ENVELOPE_TYPE);
        exchange.getMessage().setBody(ProblemBody.envelope(problem));
    }

    private static Refusal head(Exchange exchange, String contentType) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Refusal problem = problemOf(Causes.unwrapped(caught), exchange);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, HttpRefusal.status(problem));
        message.setHeader(Exchange.CONTENT_TYPE, contentType);
        problem.retryAfterSeconds().ifPresent(seconds -> message.setHeader("Retry-After", seconds));
        HttpRefusal.allowed(problem).ifPresent(methods -> message.setHeader("Allow", methods));
        return problem;
    }

    private static Refusal problemOf(Throwable failure, Exchange exchange) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
            if (at instanceof Refusal problem) {
                return problem;
            }
            Refusal told = at instanceof StatusRuntimeException call ? CallRefusal.of(call) : null;
            if (told != null) {
                return told;
            }
            if (at instanceof InvalidMoneyException money) {
                return Refusal.invalid(fieldOf(money), money.rule(), money.getMessage());
            }
        }
        String reference = exchange.getExchangeId();
        String ids = LogSubject.of(exchange) + TraceContext.logId(TraceContext.of(exchange));
        if (Transient.is(failure)) {
            LOG.warnf("event=request-unavailable routeId=%s%s reference=%s cause=%s", exchange.getFromRouteId(), ids, reference,
                    failure.getClass().getName());
            return Refusal.unavailable(RETRY_AFTER_SECONDS);
        }
        LOG.errorf(failure, "event=request-failed routeId=%s%s reference=%s", exchange.getFromRouteId(), ids, reference);
        return HttpRefusal.internal(reference);
    }

    private static String fieldOf(InvalidMoneyException failure) {
        return InvalidMoneyException.CURRENCY_UNKNOWN.equals(failure.rule()) ? "currency" : "amount";
    }

    private static String instanceOf(Exchange exchange, Message message) {
        String captured = exchange.getProperty(INSTANCE, String.class);
        return captured != null ? captured : message.getHeader(Exchange.HTTP_PATH, String.class);
    }
}
