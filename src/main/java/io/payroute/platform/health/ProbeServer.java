package io.payroute.platform.health;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

import io.payroute.platform.Causes;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Liveness and readiness at a port of their own, with connections and threads of their own: an orchestrator must not end a process
 * because somebody else keeps it busy. Liveness does not wait behind readiness either, which probes servers. The answers are those of MicroProfile Health, as at {@code /q/health} of the
 * other port.
 */
@ApplicationScoped
public class ProbeServer {

    private static final Logger LOG = Logger.getLogger(ProbeServer.class);
    private static final int QUEUE = 16;

    /** Not the application's: two servers of one Vert.x that are told the same port would share it in silence. */
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1));
    private final String host;
    private final int port;
    private final Instance<HealthCheck> live;
    private final Instance<HealthCheck> ready;
    private final ExecutorService liveThread = thread("probe-live");
    private final ExecutorService readyThread = thread("probe-ready");
    private HttpServer server;

    ProbeServer(@ConfigProperty(name = "payroute.management.host") String host,
            @ConfigProperty(name = "payroute.management.port") int port, @Any @Liveness Instance<HealthCheck> live,
            @Any @Readiness Instance<HealthCheck> ready) {
        this.host = host;
        this.port = port;
        this.live = live;
        this.ready = ready;
    }

    void start(@Observes StartupEvent started) {
        try {
            server = vertx.createHttpServer(new HttpServerOptions().setHost(host).setPort(port).setIdleTimeout(10)
                    .setHttp2ClearTextEnabled(false))
                    .requestHandler(this::answer).listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new ConfigurationException("payroute.management.port: nothing can listen at " + host + ":" + port + " ("
                    + Causes.brief(e) + "). Set PAYROUTE_MANAGEMENT_PORT to a free port, or to 0 for any.");
        }
        LOG.debugf("event=probes host=%s port=%d", host, port());
    }

    private static ExecutorService thread(String name) {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    private void answer(HttpServerRequest request) {
        Optional<Stream<HealthCheck>> checks = switch (request.path()) {
            case "/q/health/live" -> Optional.of(live.stream());
            case "/q/health/ready" -> Optional.of(ready.stream());
            case "/q/health" -> Optional.of(Stream.concat(live.stream(), ready.stream()));
            default -> Optional.empty();
        };
        if (checks.isEmpty()) {
            request.response().setStatusCode(404).end();
            return;
        }
        try {
            (request.path().endsWith("/live") ? liveThread : readyThread)
                    .execute(() -> answer(request, checks.get().map(ProbeServer::call).toList()));
        } catch (RejectedExecutionException e) {
            request.response().setStatusCode(503).putHeader("Retry-After", "1").end();
        }
    }

    private static HealthCheckResponse call(HealthCheck check) {
        try {
            return check.call();
        } catch (RuntimeException e) {
            LOG.warnf("event=health-check-failed cause=%s", Causes.brief(e));
            return HealthCheckResponse.down(check.getClass().getSimpleName());
        }
    }

    private static void answer(HttpServerRequest request, List<HealthCheckResponse> answers) {
        boolean up = answers.stream().allMatch(one -> one.getStatus() == HealthCheckResponse.Status.UP);
        JsonArray checks = new JsonArray();
        answers.forEach(one -> {
            JsonObject check = new JsonObject().put("name", one.getName()).put("status", one.getStatus().name());
            one.getData().ifPresent(data -> check.put("data", new JsonObject(data)));
            checks.add(check);
        });
        request.response().setStatusCode(up ? 200 : 503).putHeader("Content-Type", "application/json; charset=UTF-8")
                .putHeader("Cache-Control", "no-store")
                .end(new JsonObject().put("status", up ? "UP" : "DOWN").put("checks", checks).encode());
    }

    @PreDestroy
    void stop() {
        vertx.close();
        liveThread.shutdownNow();
        readyThread.shutdownNow();
    }
}
