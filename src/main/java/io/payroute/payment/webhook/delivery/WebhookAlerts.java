package io.payroute.payment.webhook.delivery;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jboss.logging.Logger;

import io.payroute.messaging.Pauses;
import io.payroute.messaging.Sql;
import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.runtime.Causes;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/**
 * Tells an endpoint's contact that it was disabled. The mail is due from the transaction that disabled it until the notification
 * role has taken it, and its key makes it one mail for each disabling.
 */
@ApplicationScoped
@Named("webhookAlerts")
public class WebhookAlerts {

    private static final Logger LOG = Logger.getLogger(WebhookAlerts.class);
    private static final String CLAIM = """
            WITH due AS MATERIALIZED (
              SELECT id FROM webhook_endpoint WHERE alert_due_at <= now() ORDER BY alert_due_at LIMIT 20 FOR UPDATE SKIP LOCKED)
            UPDATE webhook_endpoint e SET alert_due_at = now() + interval '1 minute' FROM due WHERE e.id = due.id
            RETURNING e.id, owner, url, alert_email, disabled_reason, coalesce(disabled_at, updated_at) AS disabled_at,
              failing_since, alert_due_at""";
    private static final String DONE = "UPDATE webhook_endpoint SET alert_due_at = NULL WHERE id = ? AND alert_due_at = ?";

    private record Alert(UUID id, String owner, String url, String address, String reason, Instant at, Instant failingSince,
            Instant claim) {

        static Alert of(ResultSet row) throws SQLException {
            return new Alert(row.getObject("id", UUID.class), row.getString("owner"), row.getString("url"),
                    row.getString("alert_email"), row.getString("disabled_reason"), Sql.instant(row, "disabled_at"),
                    Sql.instant(row, "failing_since"), Sql.instant(row, "alert_due_at"));
        }
    }

    private final DataSource dataSource;
    private final WebhookSettings settings;
    private final ProducerTemplate routes;
    private final Pauses pauses = new Pauses("webhook-alerts", Roles.PAYMENT);

    @Inject
    WebhookAlerts(CamelContext context, RoleDatabases databases, WebhookSettings settings) {
        this.dataSource = databases.of(Roles.PAYMENT);
        this.settings = settings;
        this.routes = context.createProducerTemplate();
    }

    /** Sends what is due; what cannot be sent now is due again in a minute. */
    public synchronized void send() {
        if (pauses.paused()) {
            return;
        }
        try {
            for (Alert alert : Sql.query(dataSource, CLAIM, Alert::of)) {
                if (told(alert)) {
                    Sql.update(dataSource, DONE, alert.id(), alert.claim());
                }
            }
            pauses.succeeded();
        } catch (SQLException e) {
            pauses.failed(e);
        }
    }

    private boolean told(Alert alert) {
        String address = alert.address() == null ? settings.alertMail() : alert.address();
        if (address == null) {
            return true;
        }
        Exchange exchange = routes.send("direct:payment-webhook-alert",
                made -> made.getMessage().setBody(mail(alert, address)));
        if (exchange.getException() != null) {
            LOG.warnf("event=webhook-alert-waits role=payment endpointId=%s cause=%s", alert.id(),
                    Causes.brief(exchange.getException()));
        }
        return exchange.getException() == null;
    }

    private static SendEmailRequest mail(Alert alert, String address) {
        String why = "gone".equals(alert.reason())
                ? "It answered 410 Gone."
                : "Nothing could be delivered since " + alert.failingSince() + ", and a delivery has used up its attempts.";
        String path = "/api/v1/webhook-endpoints/" + alert.id();
        return SendEmailRequest.newBuilder().setUserId(alert.owner()).setTo(address)
                .setSubject("Webhook endpoint disabled: " + URI.create(alert.url()).getHost()).setBody("""
                        The webhook endpoint %s at %s was disabled.

                        %s Deliveries that waited were discarded; nothing more is sent.

                        When the receiver works again, enable the endpoint with PUT %s, and have what was missed sent with \
                        POST %s/redeliver.
                        """.formatted(alert.id(), URI.create(alert.url()).getHost(), why, path, path))
                .setIdempotencyKey("webhook-disabled-" + alert.id() + "-" + alert.at().toEpochMilli()).build();
    }
}
