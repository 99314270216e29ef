package io.payroute.payment.reconciliation;

import java.util.Map;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.page.PageLink;
import io.quarkus.arc.Unremovable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What the operators' pages of reconciliations show beyond the API: what a run found, with the way to each payment. */
@ApplicationScoped
@Named("reconciliationPages")
public class ReconciliationPages {

    /** The file has all of them. */
    private static final int SHOWN = 200;

    private static final JsonBody.Schema REASON = JsonBody.schema().required("reason", JsonBody.text(1, 500));

    private final ReconciliationHandler handler;
    private final ReconciliationFindings findings;

    ReconciliationPages(ReconciliationHandler handler, ReconciliationFindings findings) {
        this.handler = handler;
        this.findings = findings;
    }

    @Produces
    @Unremovable
    PageLink link() {
        return new PageLink(PaymentRole.NAME, "/ops/reconciliations", "Reconciliations",
                Map.of(PaymentQueues.RECONCILIATIONS, "", ReconciliationFindings.QUEUE, ""));
    }

    /** The form's fields, as the body of the request that they stand for. */
    public void form(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonObject body = new JsonObject();
        for (String field : new String[]{"provider", "from", "to"}) {
            String value = message.getHeader(field, String.class);
            if (value != null) {
                body.put(field, value.strip());
            }
        }
        message.setBody(body.put("repair", message.getHeader("repair") != null).encode());
    }

    /** The latest runs, with how many findings of each are open. */
    public void list(Exchange exchange) throws Exception {
        handler.list(exchange);
        Message message = exchange.getMessage();
        JsonObject answer = new JsonObject(message.getBody(String.class));
        Map<String, Long> open = findings.openByRun();
        answer.getJsonArray("reconciliations").forEach(one -> {
            JsonObject run = (JsonObject) one;
            run.put("open", open.getOrDefault(run.getString("id"), 0L));
        });
        message.setBody(answer.encode());
    }

    /** One run with the first of its findings. */
    public void one(Exchange exchange) throws Exception {
        handler.get(exchange);
        Message message = exchange.getMessage();
        JsonObject answer = new JsonObject(message.getBody(String.class));
        UUID run = Ids.parse(answer.getJsonObject("reconciliation").getString("id"));
        message.setBody(answer.put("findings", new JsonArray(findings.first(run, SHOWN))).encode());
    }

    /** The body says why. @throws Refusal 404 when there is no such finding, or it is closed */
    public void close(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        String reason = REASON.parse(message.getBody(byte[].class)).text("reason");
        try {
            findings.close(Ids.parse(message.getHeader("id", "", String.class)),
                    Long.parseLong(message.getHeader("findingId", "", String.class)),
                    message.getHeader(AccessGuard.CALLER_HEADER, String.class), reason);
        } catch (IllegalArgumentException e) {
            throw ReconciliationFindings.unknown();
        }
    }
}
