package io.payroute.notification;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.platform.http.Problems;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** What operators find of messages to customers. */
class NotificationListRouteTest {

    private static final TestDatabase DATABASE = TestDatabase.create("notification");
    private static final String PAYMENT = UUID.randomUUID().toString();

    private final DefaultCamelContext context = Routes.context();

    @BeforeEach
    void start() throws Exception {
        DATABASE.clear();
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("notificationHandler",
                new NotificationHandler(new FindNotifications(DATABASE.dataSource()), null));
        context.getPropertiesComponent().addOverrideProperty("role.notification", "true");
        Routes.load(context, "shared/error-handling.camel.yaml", "notification/40-query.camel.yaml");
        AdviceWith.adviceWith(context, "notification-list", route -> route.replaceFromWith("direct:list"));
        context.start();
        insert(1, "sent", "ada@example.com", PAYMENT, null);
        insert(2, "queued", "bob@example.com", "", "the mail server answered 553 to MAIL FROM: not allowed");
        insert(3, "dead", "+4915112345678", "", "refused");
    }

    private static void insert(int attempts, String status, String address, String payment, String reason) {
        DATABASE.execute("INSERT INTO notification (kind, dedupe_key, user_id, address, subject, template, fields, status, "
                + "attempts, reason, sent_at) VALUES (CASE WHEN left(?, 1) = '+' THEN 'sms' ELSE 'email' END, ?, 'u', ?, 's', "
                + "'payment-completed', jsonb_build_object('paymentId', ?::text), ?, ?, ?, "
                + "CASE WHEN ? = 'sent' THEN now() END)", address, address, address, payment, status, attempts, reason, status);
        DATABASE.execute("UPDATE notification_work w SET attempts = n.attempts, reason = n.reason FROM notification n "
                + "WHERE n.id = w.id AND n.dedupe_key = ?", address);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldTellWhyAMessageWaits() {
        // When
        JsonObject told = json(list(Map.of("status", "queued"))).getJsonArray("notifications").getJsonObject(0);

        // Then
        assertThat(told.getString("due_at")).isNotNull();
        assertThat(told.copy().putNull("created_at").putNull("due_at")).isEqualTo(new JsonObject("""
                {"id": "2", "kind": "email", "status": "queued", "payment_id": null, "recipient": "b***@example.com",
                 "template": "payment-completed", "attempts": 2, "unanswered": 0,
                 "reason": "the mail server answered 553 to MAIL FROM: not allowed",
                 "created_at": null, "due_at": null, "sent_at": null}"""));
    }

    @Test
    void shouldListTheNewestFirstPageByPage() {
        // When
        JsonObject first = json(list(Map.of("limit", "2")));
        JsonObject second = json(list(Map.of("limit", "2", "cursor", first.getString("next_cursor"))));

        // Then
        assertThat(recipients(first)).containsExactly("***5678", "b***@example.com");
        assertThat(recipients(second)).containsExactly("a***@example.com");
        assertThat(second.getString("next_cursor")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"status,dead,***5678", "recipient,bob@example.com,b***@example.com", "recipient,+4915112345678,***5678"})
    void shouldListWhatIsRequested(String filter, String value, String recipient) {
        // When
        JsonObject page = json(list(Map.of(filter, value)));

        // Then
        assertThat(recipients(page)).containsExactly(recipient);
    }

    @Test
    void shouldListTheMessagesAboutAPayment() {
        // When
        JsonObject page = json(list(Map.of("payment_id", PAYMENT)));

        // Then
        assertThat(recipients(page)).containsExactly("a***@example.com");
    }

    @ParameterizedTest
    @CsvSource({"status,lost", "limit,0", "limit,101", "limit,many", "cursor,x", "cursor,99999999999999999999", "recipient,ada",
            "payment_id,17"})
    void shouldRefuseWhatMakesNoSense(String parameter, String value) {
        // When
        Exchange answer = list(Map.of(parameter, value));

        // Then
        assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(422);
    }

    @Test
    void shouldTellOperatorsAlone() {
        // When
        Exchange answer = list(Map.of("X-Payroute-User", "ada"));

        // Then
        assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(403);
    }

    private Exchange list(Map<String, Object> headers) {
        return context.createProducerTemplate().request("direct:list", exchange -> exchange.getMessage().setHeaders(
                new HashMap<>(headers)));
    }

    private static JsonObject json(Exchange answer) {
        return new JsonObject(answer.getMessage().getBody(String.class));
    }

    private static List<String> recipients(JsonObject page) {
        return page.getJsonArray("notifications").stream().map(one -> ((JsonObject) one).getString("recipient")).toList();
    }
}
