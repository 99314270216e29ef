package io.payroute.platform.access;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.payroute.platform.Refusal;
import io.payroute.platform.http.HttpRefusal;
import io.payroute.platform.http.RequestCheck;
import io.payroute.testing.Beans;
import io.payroute.testing.EveryAccess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The guard of a test behind a server of its own, and its parts without a container. */
final class TestEdge implements AutoCloseable {

    static final AccessRules RULES = new AccessRules(
            EveryAccess.RULES.stream());
    static final Scopes SCOPES = new Scopes(
            EveryAccess.RULES.stream());
    private static final RateShare UNBOUNDED = new RateShare("none", null, 10, 10, Duration.ofSeconds(1));
    static final RateLimit NO_LIMIT = new RateLimit(UNBOUNDED, UNBOUNDED);

    /** Header of the answer that says whether the caller is trusted. */
    static final String TRUSTED = "Trusted";

    /** Records nothing. */
    static final OperatorActions NO_ACTIONS = new OperatorActions(null, null) {
        @Override
        public Future<Long> begin(String caller, String method, String path) {
            return Future.succeededFuture();
        }
    };

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpServer server;

    /** Answers what the routes would see: caller, user and scopes; or the status of the refusal. */
    TestEdge(AccessGuard guard) {
        this(guard, () -> {
        });
    }

    /** @param route what is done before the answer, for requests that were let in */
    TestEdge(AccessGuard guard, Runnable route) {
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            try {
                Future<Void> passed = guard.check(context);
                passed.onSuccess(nothing -> {
                    route.run();
                    context.response().putHeader(TRUSTED, "" + (context.get(RequestCheck.TRUSTED) != null))
                            .end(seen(context));
                }).onFailure(failure -> refuse(context, (Refusal) failure));
            } catch (Refusal problem) {
                refuse(context, problem);
            }
        });
        server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage()
                .toCompletableFuture().join();
    }

    static Credentials credentials(String tokens, Vertx vertx, JwtSettings jwts, ApiKeySource... keys) {
        return new Credentials(Optional.ofNullable(tokens), new ApiKeys(vertx, new Beans<>(List.of(keys))),
                new JwtTokens(vertx, jwts, SCOPES, Beans.of()), SCOPES);
    }

    static Credentials withIssuers(String tokens, Vertx vertx, JwtSettings jwts, TokenIssuer... issuers) {
        return new Credentials(Optional.ofNullable(tokens), new ApiKeys(vertx, Beans.of()),
                new JwtTokens(vertx, jwts, SCOPES, Beans.of(issuers)), SCOPES);
    }

    static JwtSettings noJwts() {
        return new JwtSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Duration.ofDays(30));
    }

    private static String seen(RoutingContext context) {
        return String.join("|", context.<String>get(AccessGuard.CALLER), all(context, AccessGuard.CALLER_HEADER),
                all(context, AccessGuard.USER_HEADER), all(context, AccessGuard.SCOPES_HEADER));
    }

    private static String all(RoutingContext context, String header) {
        return String.join("+", context.request().headers().getAll(header));
    }

    private static void refuse(RoutingContext context, Refusal problem) {
        context.response().setStatusCode(HttpRefusal.status(problem));
        problem.retryAfterSeconds().ifPresent(seconds -> context.response().putHeader("Retry-After", "" + seconds));
        context.response().end(Integer.toString(HttpRefusal.status(problem)));
    }

    int port() {
        return server.actualPort();
    }

    /** @param headers names and values in turn */
    HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
                .timeout(Duration.ofSeconds(20)).method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
