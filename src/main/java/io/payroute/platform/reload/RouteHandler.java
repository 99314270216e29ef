package io.payroute.platform.reload;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;
import io.payroute.platform.http.HttpEdge;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.reload.Reload.Result;
import io.payroute.platform.reload.RunningFiles.Running;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What an operator does with routes over HTTP: sees what runs, has the folder read again, and sees what came of that. */
@ApplicationScoped
@Named("routeHandler")
public class RouteHandler {

    private final RouteReload reload;
    private final ReloadRecords records;
    private final CamelContext context;
    private final HttpEdge edge;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread one = new Thread(task, "routes-reload");
        one.setDaemon(true);
        return one;
    });

    RouteHandler(RouteReload reload, ReloadRecords records, CamelContext context, HttpEdge edge) {
        this.reload = reload;
        this.records = records;
        this.context = context;
        this.edge = edge;
    }

    /** Every route that runs: from which file, since when, in which state. */
    public void list(Exchange exchange) {
        JsonArray routes = new JsonArray();
        reload.running().forEach((id, running) -> routes.add(route(id, running)));
        JsonAnswer.set(exchange.getMessage(), new JsonObject().put("routes", routes));
    }

    /** Both, for a page. */
    public void page(Exchange exchange) throws SQLException {
        list(exchange);
        JsonObject routes = new JsonObject(exchange.getMessage().getBody(String.class));
        reloads(exchange);
        JsonAnswer.set(exchange.getMessage(), routes.mergeIn(new JsonObject(exchange.getMessage().getBody(String.class))));
    }

    /** The latest hundred. */
    public void reloads(Exchange exchange) throws SQLException {
        JsonAnswer.set(exchange.getMessage(), new JsonObject().put("reloads",
                new JsonArray(records.latest().stream()
                        .map(one -> json(one).put("at", one.at().toString()).put("caller", one.caller())
                                .put("diff", one.diff()).put("errors", new JsonArray(one.errors())))
                        .toList())));
    }

    /** Ends when the routes are changed, or when it is certain that they stay as they are. Refused while another is under way. */
    public CompletionStage<Void> reload(Exchange exchange) {
        String caller = exchange.getMessage().getHeader("X-Payroute-Caller", "anonymous", String.class);
        return edge.aside(CompletableFuture.supplyAsync(reload.begin(caller), thread))
                .thenAccept(done -> JsonAnswer.set(exchange.getMessage(), result(done)));
    }

    private static JsonObject result(Reload reload) {
        if (reload.result() == Result.REFUSED) {
            throw Refusal.invalid(reload.errors().stream().map(RouteHandler::error).toList());
        }
        if (reload.result() == Result.BUSY) {
            throw Refusal.conflict("route-busy", "A route is busy", String.join(" ", reload.errors()),
                    RouteReload.RETRY_SECONDS);
        }
        if (reload.result() == Result.FAILED) {
            throw Refusal.invalid(List.of(new FieldError("routes", "not_started",
                    String.join(" ", reload.errors()))));
        }
        return json(reload);
    }

    /** The finding begins with its file and line. */
    private static FieldError error(String finding) {
        int end = finding.indexOf(": ");
        return new FieldError(end < 0 ? "" : finding.substring(0, end), "route_file", finding.substring(end < 0 ? 0 : end + 2));
    }

    private JsonObject route(String id, Running running) {
        return new JsonObject().put("id", id).put("description", context.getRoute(id).getDescription())
                .put("group", context.getRoute(id).getGroup())
                .put("status", context.getRouteController().getRouteStatus(id).name().toLowerCase(java.util.Locale.ROOT))
                .put("source", running.part().state()).put("file", running.text().file())
                .put("since", running.since().toString());
    }

    private static JsonObject json(Reload reload) {
        return new JsonObject().put("result", reload.result().word()).put("added", new JsonArray(reload.added()))
                .put("replaced", new JsonArray(reload.replaced())).put("removed", new JsonArray(reload.removed()))
                .put("needs_restart", new JsonArray(reload.needsRestart()));
    }

    @PreDestroy
    void close() {
        thread.shutdown();
    }
}
