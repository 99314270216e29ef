package io.payroute.payment.webhook.delivery;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.WorkQueue;
import io.payroute.platform.work.WorkTask;
import io.payroute.proto.notification.SendEmailRequest;

/**
 * Endpoints that were disabled and whose contact is to be told. The mail is due from the transaction that disabled one until the
 * notification role has taken it, and its key makes it one mail for each disabling.
 */
@ApplicationScoped
@Named(PaymentQueues.WEBHOOK_ALERTS)
public class AlertQueue implements WorkQueue<AlertQueue.Alert> {

    private static final String PROPERTY = "webhookAlert";
    private static final String CLAIM = """
            WITH due AS MATERIALIZED (
              SELECT id FROM webhook_endpoint WHERE alert_due_at <= now() ORDER BY alert_due_at LIMIT ? FOR UPDATE SKIP LOCKED)
            UPDATE webhook_endpoint e SET alert_due_at = now() + make_interval(secs => ?) FROM due WHERE e.id = due.id
            RETURNING e.id, owner, url, alert_email, disabled_reason, coalesce(disabled_at, updated_at) AS disabled_at,
              failing_since, alert_due_at""";
    private static final String DONE = "UPDATE webhook_endpoint SET alert_due_at = NULL WHERE id = ? AND alert_due_at = ?";
    private static final Rows<Alert> CLAIMS = new Rows<Alert>().uuid("id", Alert::id).timestamptz("claim", Alert::claim);
    private static final String GIVE_BACK = """
            UPDATE webhook_endpoint e SET alert_due_at = now() FROM %s
            WHERE e.id = t.id AND e.alert_due_at = t.claim""".formatted(CLAIMS.unnest());

    /** @param claim when its lease ends, which names the claim */
    record Alert(UUID id, String owner, String url, String address, String reason, Instant at, Instant failingSince,
            Instant claim) implements WorkTask {

        static Alert of(ResultSet row) throws SQLException {
            return new Alert(row.getObject("id", UUID.class), row.getString("owner"), row.getString("url"),
                    row.getString("alert_email"), row.getString("disabled_reason"), Sql.instant(row, "disabled_at"),
                    Sql.instant(row, "failing_since"), Sql.instant(row, "alert_due_at"));
        }

        @Override
        public String key() {
            return owner;
        }
    }

    private final DataSource dataSource;
    private final WebhookSettings settings;

    AlertQueue(RoleDatabases databases, WebhookSettings settings) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.settings = settings;
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public Backlog due() {
        return new Backlog("webhook_endpoint WHERE alert_due_at <= now()", "alert_due_at");
    }

    @Override
    public List<Alert> claim(Claim claim) throws SQLException {
        return Sql.query(dataSource, CLAIM, Alert::of, claim.limit(), claim.leaseSeconds());
    }

    @Override
    public void giveBack(List<Alert> tasks) throws SQLException {
        Sql.update(dataSource, GIVE_BACK, CLAIMS.of(tasks));
    }

    /** Makes the mail of it; none where nobody is to be told. */
    public void write(Exchange exchange) {
        Alert alert = exchange.getMessage().getBody(Alert.class);
        String address = alert.address() == null ? settings.alertMail() : alert.address();
        exchange.setProperty(PROPERTY, alert);
        exchange.getMessage().setBody(address == null ? null : mail(alert, address));
    }

    public void told(@ExchangeProperty(PROPERTY) Alert alert) throws SQLException {
        Sql.update(dataSource, DONE, alert.id(), alert.claim());
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
