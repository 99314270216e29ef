package io.payroute.payment.reconciliation;

import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Ids;
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

    private final ReconciliationHandler handler;
    private final Reconciliations runs;
    private final DifferenceFile file;

    ReconciliationPages(ReconciliationHandler handler, Reconciliations runs, DifferenceFile file) {
        this.handler = handler;
        this.runs = runs;
        this.file = file;
    }

    @Produces
    @Unremovable
    PageLink link() {
        return new PageLink(PaymentRole.NAME, "/ops/reconciliations", "Reconciliations",
                Map.of(PaymentQueues.RECONCILIATIONS, ""));
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

    /** One run with the first of its findings. */
    public void one(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        handler.get(exchange);
        JsonObject answer = new JsonObject(message.getBody(String.class));
        Reconciliation run = runs.find(Ids.parse(answer.getJsonObject("reconciliation").getString("id"))).orElseThrow();
        message.setBody(answer.put("findings", new JsonArray(file.first(run, SHOWN))).encode());
    }
}
