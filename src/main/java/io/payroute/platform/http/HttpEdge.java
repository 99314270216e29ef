package io.payroute.platform.http;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.platform.Meters;
import io.payroute.platform.Refusal;
import io.payroute.platform.trace.Traces;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * The first thing every HTTP request meets, on the event loop. It guarantees that the number of requests inside is bounded, that
 * who may not come in and what cannot be read is refused before it costs a worker, and that every error of the server itself,
 * also an unknown path or method, is problem+json like the routes' own.
 *
 * <p>A request takes its permit when its body is there, so that a slow client holds none; when all are taken it waits for one,
 * in turn and for a bounded time. Anonymous callers have permits of their own, and so have the probes below {@code /q/health}.
 */
@Singleton
public class HttpEdge {

    private static final String OPERATOR = "/q/health";
    private static final List<String> PAGES = List.of("/q/", "/ops", "/login");
    /** The server reads longer ones, which is how they get an answer that says what is wrong. */
    private static final int MAX_URI = 4_096;
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final int[] STATUSES = {400, 404, 405, 406, 413, 414, 415, 500, 503};
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFF_VALUE = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private static final String ARRIVAL = "payroute.arrival";

    /** @param maxWait for a permit */
    record Limits(int maxInFlight, int maxArriving, Duration maxWait, long maxBody, long maxOpenBody, Duration bodyTimeout,
            long bodyMinRate) {

        Limits {
            atLeast("payroute.http.max-in-flight", maxInFlight, 1);
            atLeast("payroute.http.max-waiting", maxArriving, 1);
            atLeast("payroute.http.max-wait", maxWait.toMillis(), 1);
            atLeast("payroute.http.body-timeout", bodyTimeout.toMillis(), 1);
            atLeast("payroute.http.body-min-rate", bodyMinRate, 0);
        }

        private static void atLeast(String key, long value, long least) {
            if (value < least) {
                throw new IllegalArgumentException(key + " must be at least " + least + ", but is " + value);
            }
        }
    }

    /** What is the same for all requests of a kind. @param reader null where no body is read */
    private record Kind(Gate gate, BodyCheck check, BodyHandler reader) {

        static Kind of(int permits, int arriving, long maxBody) {
            return new Kind(new Gate(permits, arriving), new BodyCheck(maxBody),
                    BodyHandler.create(false).setBodyLimit(maxBody));
        }
    }

    private record Arrival(Kind kind, Gate.Visit visit) {
    }

    private final Limits limits;
    private final RequestCheck access;
    private final BodyPace pace;
    private final Kind known;
    private final Kind anonymous;
    /** People who register or log in: among the anonymous, and with bodies like everybody's. */
    private final Kind visitors;
    private final Kind probes = new Kind(new Gate(16, 64), null, null);

    @Inject
    public HttpEdge(@ConfigProperty(name = "payroute.http.max-in-flight", defaultValue = "256") int maxInFlight,
            @ConfigProperty(name = "payroute.http.max-waiting", defaultValue = "2048") int maxArriving,
            @ConfigProperty(name = "payroute.http.max-wait", defaultValue = "5s") Duration maxWait,
            @ConfigProperty(name = "payroute.http.max-body-size", defaultValue = "64K") MemorySize maxBody,
            @ConfigProperty(name = "payroute.http.max-event-size", defaultValue = "256K") MemorySize maxOpenBody,
            @ConfigProperty(name = "payroute.http.body-timeout", defaultValue = "10s") Duration bodyTimeout,
            @ConfigProperty(name = "payroute.http.body-min-rate", defaultValue = "1K") MemorySize bodyMinRate,
            RequestCheck access, MeterRegistry metrics) {
        this(new Limits(maxInFlight, maxArriving, maxWait, maxBody.asLongValue(), maxOpenBody.asLongValue(), bodyTimeout,
                bodyMinRate.asLongValue()), access);
        Gauge.builder("payroute.http.in.flight", this, HttpEdge::inFlight)
                .description("HTTP requests that have a permit and are not yet answered").register(metrics);
        Gauge.builder("payroute.http.waiting", this, edge -> edge.known.gate().arriving() + edge.anonymous.gate().arriving())
                .description("HTTP requests whose body comes or that wait for a permit").register(metrics);
        Meters.begin("payroute.http.refused", "reason", "busy");
        Meters.begin("payroute.http.refused", "reason", "rate");
    }

    HttpEdge(Limits limits, RequestCheck access) {
        this.limits = limits;
        this.known = Kind.of(limits.maxInFlight(), limits.maxArriving(), limits.maxBody());
        this.anonymous = Kind.of(quarter(limits.maxInFlight()), quarter(limits.maxArriving()), limits.maxOpenBody());
        this.visitors = new Kind(anonymous.gate(), known.check(), known.reader());
        this.access = access;
        this.pace = new BodyPace(limits.bodyTimeout(), limits.bodyMinRate());
    }

    private static int quarter(int number) {
        return Math.max(1, number / 4);
    }

    /** Puts the edge in front of every other route. */
    void install(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::arrive).handler(HttpEdge::readBody).handler(FormCheck::check)
                .handler(this::takePermit)
                .failureHandler(context -> fail(router, context));
        for (int status : STATUSES) {
            router.errorHandler(status, context -> writeFailure(router, context));
        }
    }

    /** Requests that have a permit and are not yet answered. */
    public int inFlight() {
        return known.gate().inside() + anonymous.gate().inside();
    }

    /**
     * Lets another request in while one only waits: a request that holds no thread shall not keep others out.
     *
     * @param wait of a known caller's request inside, which counts again when this has ended
     */
    public <T> CompletionStage<T> aside(CompletionStage<T> wait) {
        known.gate().stepOut();
        return wait.whenComplete((result, failure) -> known.gate().stepIn());
    }

    private void arrive(RoutingContext context) {
        context.put(ProblemWriter.CHECK, access);
        if (FramingCheck.isAmbiguous(context.request())) {
            ProblemWriter.writeAndClose(context, Refusal.malformed("The request can be read in more than one way."));
            return;
        }
        if (!AddressCheck.isReadable(context.request().uri())) {
            ProblemWriter.write(context, Refusal.malformed(AddressCheck.RULE));
            return;
        }
        if (onlyReads(context)) {
            ProblemWriter.write(context, HttpRefusal.methodNotAllowed("GET, HEAD"));
            return;
        }
        if (isOperators(context)) {
            if (arrive(context, probes)) {
                context.next();
            }
            return;
        }
        addHeaders(context);
        if (Traces.areOn()) {
            RequestTrace.begin(context);
        }
        if (context.request().uri().length() > MAX_URI) {
            ProblemWriter.write(context, HttpRefusal.uriTooLong(MAX_URI));
            return;
        }
        if (!arrive(context, kindOf(context))) {
            return;
        }
        try {
            Future<Void> allowed = access.check(context);
            if (allowed.succeeded()) {
                announceBody(context);
            } else {
                await(context, allowed);
            }
        } catch (Refusal problem) {
            ProblemWriter.write(context, problem);
        }
    }

    private Kind kindOf(RoutingContext context) {
        if (!access.isOpen(context)) {
            return known;
        }
        return access.isInEnvelope(context) ? visitors : anonymous;
    }

    /** @return false when there are too many already, and that was answered */
    private static boolean arrive(RoutingContext context, Kind kind) {
        Gate.Visit visit = kind.gate().arrive();
        if (visit == null) {
            turnAway(context);
            return false;
        }
        context.put(ARRIVAL, new Arrival(kind, visit));
        // Vert.x calls it once: after the answer is sent, or when the connection breaks before.
        context.addEndHandler(ended -> visit.end());
        return true;
    }

    private static void turnAway(RoutingContext context) {
        Meters.count("payroute.http.refused", "reason", "busy");
        ProblemWriter.write(context, Refusal.unavailable(RETRY_AFTER_SECONDS));
    }

    /** The request stands still meanwhile, and goes on where it was: the check may be completed by another thread. */
    private void await(RoutingContext context, Future<Void> allowed) {
        Context own = context.vertx().getOrCreateContext();
        context.request().pause();
        allowed.onComplete(done -> own.runOnContext(ignored -> {
            context.request().resume();
            if (done.succeeded()) {
                announceBody(context);
            } else if (done.cause() instanceof Refusal problem) {
                ProblemWriter.write(context, problem);
            } else {
                context.fail(done.cause());
            }
        }));
    }

    private void announceBody(RoutingContext context) {
        if (Traces.areOn()) {
            RequestTrace.admitted(context);
        }
        try {
            arrival(context).kind().check().check(context);
        } catch (Refusal problem) {
            ProblemWriter.write(context, problem);
            return;
        }
        pace.watch(context);
        context.next();
    }

    private static void readBody(RoutingContext context) {
        BodyHandler reader = arrival(context).kind().reader();
        if (reader == null) {
            context.next();
        } else {
            reader.handle(context);
        }
    }

    private static Arrival arrival(RoutingContext context) {
        return context.get(ARRIVAL);
    }

    private void takePermit(RoutingContext context) {
        Gate.Visit visit = arrival(context).visit();
        Context own = context.vertx().getOrCreateContext();
        if (visit.enter(() -> own.runOnContext(admitted -> context.next()))) {
            context.next();
            return;
        }
        long timer = context.vertx().setTimer(limits.maxWait().toMillis(), late -> {
            if (visit.giveUp()) {
                turnAway(context);
            }
        });
        context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
    }

    private static void fail(Router router, RoutingContext context) {
        Throwable failure = context.failure();
        if (isOperators(context) || (failure != null && failure.getClass().getName().startsWith("io.quarkus.security."))) {
            // Quarkus answers for its own pages, and knows how to request credentials.
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
            ProblemWriter.write(context, HttpRefusal.methodNotAllowed(String.join(", ", allowed)));
        } else if (status == 405) {
            ProblemWriter.write(context, Refusal.notFound("There is nothing at this path."));
        } else {
            ProblemWriter.writeFailure(context);
        }
    }

    private static void addHeaders(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE).putHeader(NO_SNIFF, NO_SNIFF_VALUE);
        String path = context.normalizedPath();
        if (path.equals("/") || PAGES.stream().anyMatch(path::startsWith)) {
            PagePolicy.add(response);
        }
    }

    /** Health and metrics would answer to any method. */
    private static boolean onlyReads(RoutingContext context) {
        HttpMethod method = context.request().method();
        return method != HttpMethod.GET && method != HttpMethod.HEAD && context.normalizedPath().startsWith("/q/");
    }

    private static boolean isOperators(RoutingContext context) {
        String path = context.normalizedPath();
        return path.startsWith(OPERATOR) && (path.length() == OPERATOR.length() || path.charAt(OPERATOR.length()) == '/');
    }
}
