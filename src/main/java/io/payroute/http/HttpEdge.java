package io.payroute.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The first thing every HTTP request meets, on the event loop and before its body is read. It guarantees that the number of
 * requests inside is bounded, that who may not come in and what cannot be read is refused before it costs a worker, and that
 * every error of the server itself, also an unknown path or method, is problem+json like the routes' own.
 *
 * <p>The paths below {@code /q/health} are the platform's probes and are left alone.
 */
@Singleton
public class HttpEdge {

    private static final String OPERATOR = "/q/health";
    private static final String PAGES = "/q/";
    /** The server reads longer ones, which is how they get an answer that says what is wrong. */
    private static final int MAX_URI = 4_096;
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final int[] STATUSES = {400, 404, 405, 406, 413, 414, 415, 500, 503};
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFF_VALUE = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private static final CharSequence POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
    /** Nothing from elsewhere, and in nobody's frame: a page that is framed can be made to be clicked. */
    private static final CharSequence POLICY_VALUE = HttpHeaders.createOptimized(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'");

    private final Admission admission;
    private final Admission strangers;
    private final Admission operators = new Admission(16);
    private final RequestCheck access;
    private final RequestCheck body;
    private final long bodyTimeoutMs;

    @Inject
    public HttpEdge(@ConfigProperty(name = "payroute.http.max-in-flight", defaultValue = "256") int maxInFlight,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size", defaultValue = "64K") MemorySize maxBody,
            @ConfigProperty(name = "payroute.http.body-timeout", defaultValue = "10s") Duration bodyTimeout,
            RequestCheck access, MeterRegistry metrics) {
        this(maxInFlight, maxBody.asLongValue(), bodyTimeout, access);
        Gauge.builder("payroute.http.in.flight", admission, Admission::inFlight)
                .description("HTTP requests accepted and not yet answered").register(metrics);
    }

    HttpEdge(int maxInFlight, long maxBodyBytes, Duration bodyTimeout, RequestCheck access) {
        if (bodyTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("payroute.http.body-timeout must be at least 1ms, but is " + bodyTimeout);
        }
        this.admission = new Admission(maxInFlight);
        this.strangers = new Admission(Math.max(1, maxInFlight / 4));
        this.bodyTimeoutMs = bodyTimeout.toMillis();
        this.access = access;
        this.body = new BodyCheck(maxBodyBytes);
    }

    /** Puts the edge in front of every other route. */
    void install(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::admit).failureHandler(context -> fail(router, context));
        for (int status : STATUSES) {
            router.errorHandler(status, context -> writeFailure(router, context));
        }
    }

    /** Requests accepted and not yet answered. */
    public int inFlight() {
        return admission.inFlight();
    }

    /**
     * Lets another request in while one only waits: a request that holds no thread shall not keep others out.
     *
     * @param wait of a request inside, which counts again when this has ended
     */
    public <T> CompletionStage<T> aside(CompletionStage<T> wait) {
        admission.leave();
        return wait.whenComplete((result, failure) -> admission.enterAgain());
    }

    private void admit(RoutingContext context) {
        if (FramingCheck.isAmbiguous(context.request())) {
            ProblemWriter.writeAndClose(context, ProblemException.badRequest("The request can be read in more than one way."));
            return;
        }
        if (isOperators(context)) {
            if (enter(operators, context)) {
                context.next();
            }
            return;
        }
        addHeaders(context);
        if (context.request().uri().length() > MAX_URI) {
            ProblemWriter.write(context, ProblemException.uriTooLong(MAX_URI));
            return;
        }
        if (!enter(admission, context) || access.isOpen(context) && !enter(strangers, context)) {
            return;
        }
        try {
            Future<Void> allowed = access.check(context);
            if (allowed.succeeded()) {
                enter(context);
            } else {
                await(context, allowed);
            }
        } catch (ProblemException problem) {
            ProblemWriter.write(context, problem);
        }
    }

    /** Takes a place that the request keeps until it is answered. @return false when there is none, and that was answered */
    private static boolean enter(Admission places, RoutingContext context) {
        if (!places.tryEnter()) {
            ProblemWriter.write(context, ProblemException.overloaded(RETRY_AFTER_SECONDS));
            return false;
        }
        // Vert.x calls it once: after the answer is sent, or when the connection breaks before.
        context.addEndHandler(ended -> places.leave());
        return true;
    }

    /** The request stands still meanwhile, and goes on where it was: the check may be completed by another thread. */
    private void await(RoutingContext context, Future<Void> allowed) {
        Context own = context.vertx().getOrCreateContext();
        context.request().pause();
        allowed.onComplete(done -> own.runOnContext(ignored -> {
            context.request().resume();
            if (done.succeeded()) {
                enter(context);
            } else if (done.cause() instanceof ProblemException problem) {
                ProblemWriter.write(context, problem);
            } else {
                context.fail(done.cause());
            }
        }));
    }

    private void enter(RoutingContext context) {
        try {
            body.check(context);
        } catch (ProblemException problem) {
            ProblemWriter.write(context, problem);
            return;
        }
        boundBody(context);
        context.next();
    }

    /** A request has its place while its body comes; one byte now and then must not hold it for ever. */
    private void boundBody(RoutingContext context) {
        // Most bodies come with their head and have ended when the event loop has read what is there: they need no timer.
        context.vertx().runOnContext(read -> {
            if (!context.request().isEnded()) {
                long timer = context.vertx().setTimer(bodyTimeoutMs, late -> refuseUnended(context));
                context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
            }
        });
    }

    private static void refuseUnended(RoutingContext context) {
        if (!context.request().isEnded()) {
            ProblemWriter.write(context, ProblemException.of(408, "request-timeout", "The request took too long",
                    "The body did not arrive in time."));
        }
    }

    private static void fail(Router router, RoutingContext context) {
        Throwable failure = context.failure();
        if (isOperators(context) || (failure != null && failure.getClass().getName().startsWith("io.quarkus.security."))) {
            // Quarkus answers for its own pages, and knows how to ask for credentials.
            context.next();
            return;
        }
        writeFailure(router, context);
    }

    private static void writeFailure(Router router, RoutingContext context) {
        int status = context.statusCode();
        Set<String> allowed = status == 404 || status == 405 ? AllowedMethods.of(router, context.normalizedPath()) : Set.of();
        // Quarkus looks for a file at every path: 404 where routes take other methods, and 405 where there is nothing.
        if (!allowed.isEmpty() && !allowed.contains(context.request().method().name())) {
            ProblemWriter.write(context, ProblemException.methodNotAllowed(String.join(", ", allowed)));
        } else if (status == 405) {
            ProblemWriter.write(context, ProblemException.notFound("There is nothing at this path."));
        } else {
            ProblemWriter.writeFailure(context);
        }
    }

    private static void addHeaders(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE).putHeader(NO_SNIFF, NO_SNIFF_VALUE);
        if (context.normalizedPath().startsWith(PAGES)) {
            response.putHeader(POLICY, POLICY_VALUE);
        }
    }

    private static boolean isOperators(RoutingContext context) {
        String path = context.normalizedPath();
        return path.startsWith(OPERATOR) && (path.length() == OPERATOR.length() || path.charAt(OPERATOR.length()) == '/');
    }
}
