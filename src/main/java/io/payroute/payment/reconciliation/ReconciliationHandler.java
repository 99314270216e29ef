package io.payroute.payment.reconciliation;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.routing.ProviderRoutes;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.http.RequestTime;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Answers {@code /api/v1/reconciliations}. It is for operators: a caller who may see one user's payments only is refused. */
@ApplicationScoped
@Named("reconciliationHandler")
public class ReconciliationHandler {

    private static final int DAY = "2026-01-31".length();
    private static final int LATEST = 100;
    private static final Duration LONGEST = Duration.ofDays(92);
    private static final JsonBody.Schema REQUEST = JsonBody.schema()
            .required("provider", JsonBody.text(1, PaymentInstruction.MAX_PROVIDER))
            .required("from", JsonBody.text(1, 40)).required("to", JsonBody.text(1, 40)).optional("repair", JsonBody.flag());

    private final Reconciliations runs;
    private final DifferenceFile file;
    private final ProviderRoutes providers;

    ReconciliationHandler(Reconciliations runs, DifferenceFile file, ProviderRoutes providers) {
        this.runs = runs;
        this.file = file;
        this.providers = providers;
    }

    /** 202: the run is stored and will be carried out. */
    public void create(Exchange exchange) throws Exception {
        Message message = operatorsOnly(exchange);
        byte[] body = message.getBody(byte[].class);
        Idempotency.Key key = Idempotency.of(exchange, body);
        JsonBody.Values values = REQUEST.parse(body);
        String provider = values.text("provider");
        providers.known(provider);
        Instant from = time("from", values.text("from"));
        Instant to = time("to", values.text("to"));
        if (!from.isBefore(to) || Duration.between(from, to).compareTo(LONGEST) > 0) {
            throw Refusal.invalid("to", "out_of_range", "to must be after from, by " + LONGEST.toDays()
                    + " days at most.");
        }
        String caller = message.getHeader(Idempotency.CALLER, "anonymous", String.class);
        UUID id = Ids.next();
        Optional<UUID> earlier = Sql.inTransaction(runs.dataSource(), connection -> {
            Optional<UUID> made = Idempotency.claim(connection, key, id);
            if (made.isEmpty()) {
                runs.add(connection, id, provider, from, to, values.flag("repair", false), "caller:" + caller);
            }
            return made;
        });
        Reconciliation run = runs.find(earlier.orElse(id)).orElseThrow();
        JsonAnswer.set(message, new JsonObject().put("reconciliation", json(run)));
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
        message.setHeader("Location", "/api/v1/reconciliations/" + run.id());
        if (earlier.isPresent()) {
            message.setHeader(Idempotency.REPLAYED, "true");
        }
    }

    /** The latest runs, newest first. */
    public void list(Exchange exchange) throws Exception {
        Message message = operatorsOnly(exchange);
        JsonArray all = new JsonArray();
        runs.latest(LATEST).forEach(run -> all.add(json(run)));
        JsonAnswer.set(message, new JsonObject().put("reconciliations", all));
    }

    public void get(Exchange exchange) throws Exception {
        Message message = operatorsOnly(exchange);
        JsonAnswer.set(message, new JsonObject().put("reconciliation", json(find(message))));
    }

    /** The report as CSV. */
    public void file(Exchange exchange) throws Exception {
        Message message = operatorsOnly(exchange);
        Reconciliation run = find(message);
        if (!run.status().equals("completed")) {
            throw Refusal.conflict("The reconciliation has no report: it is " + run.status() + ".");
        }
        Path report = file.of(run);
        message.removeHeaders("*");
        message.setHeader(Exchange.CONTENT_TYPE, "text/csv; charset=utf-8");
        message.setHeader("Content-Disposition", "attachment; filename=\"" + report.getFileName() + "\"");
        message.setBody(report.toFile());
    }

    private static Message operatorsOnly(Exchange exchange) {
        Confined.refuse(exchange.getMessage(), "Reconciliations are for operators.");
        return exchange.getMessage();
    }

    private Reconciliation find(Message message) throws Exception {
        try {
            return runs.find(Ids.parse(message.getHeader("id", String.class)))
                    .orElseThrow(() -> Refusal.notFound("There is no reconciliation with this id."));
        } catch (IllegalArgumentException e) {
            throw Refusal.notFound("There is no reconciliation with this id.");
        }
    }

    /** A day, which begins at midnight UTC, or a time. */
    private static Instant time(String field, String text) {
        Instant time = RequestTime.parse(text.length() == DAY ? text + "T00:00:00Z" : text);
        if (time == null) {
            throw Refusal.invalid(field, "time",
                    field + " must be a day or a time: 2026-01-31, 2026-01-31T12:00:00Z.");
        }
        return time;
    }

    private static JsonObject json(Reconciliation run) {
        JsonObject json = new JsonObject().put("id", run.id().toString()).put("provider", run.provider())
                .put("from", run.from().toString()).put("to", run.to().toString()).put("repair", run.repair())
                .put("requested_by", run.requestedBy()).put("status", run.status()).put("listed", run.listed())
                .put("created_at", run.createdAt().toString());
        if (run.status().equals("running")) {
            json.put("phase", run.phase());
        }
        if (run.differences() != null) {
            json.put("differences", new JsonObject(run.differences()));
            json.put("file", "/api/v1/reconciliations/" + run.id() + "/file");
        }
        if (run.reason() != null && !run.status().equals("completed")) {
            json.put("reason", run.reason());
        }
        if (run.endedAt() != null) {
            json.put("ended_at", run.endedAt().toString());
        }
        return json;
    }
}
