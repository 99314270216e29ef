package io.payroute.payment.webhook.delivery;

import java.io.OutputStream;
import java.net.InetAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import com.standardwebhooks.Webhook;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.GuardedHttpClient;
import io.payroute.platform.access.OutboundGuard;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.TestWork;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

/** The route that delivers, to a receiver of the test. */
@Timeout(60)
abstract class DeliveryRoute {

    static final Duration TIMEOUT = Duration.ofSeconds(2);
    static final WebhookSettings SETTINGS = TestWebhooks.settings(TIMEOUT, Duration.ofSeconds(60));
    static final String DELIVER = "payment-webhook-deliver";
    static final String ALERT = "payment-webhook-alert";
    static TestDatabase database;

    final DefaultCamelContext context = Routes.context();
    final WebhookSecret secret = WebhookSecret.next();
    final List<SendEmailRequest> mails = new CopyOnWriteArrayList<>();
    boolean notificationUnavailable;
    boolean firstWayClosed;
    Receiver receiver;
    DeliveryQueue queue;
    UUID endpoint;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        receiver = new Receiver();
        endpoint = TestWebhooks.endpoint(database, receiver.url(), secret);
        queue = queue();
        for (String key : List.of("webhook.poll-interval", "webhook.alert-interval")) {
            context.getPropertiesComponent().addOverrideProperty(key, "20ms");
        }
        context.getPropertiesComponent().addOverrideProperty("webhook.max-in-flight", "" + SETTINGS.inFlight());
        context.getPropertiesComponent().addOverrideProperty("webhook.max-in-flight-per-endpoint",
                "" + SETTINGS.inFlightPerEndpoint());
        TestWork.queue(context, PaymentQueues.WEBHOOKS, queue);
        TestWork.queue(context, PaymentQueues.WEBHOOK_ALERTS,
                new AlertQueue(TestRoles.databases(database.dataSource()), SETTINGS));
        context.getRegistry().bind("recordDelivery", new RecordDelivery(queue, SETTINGS));
        context.getRegistry().bind("signWebhook", new SignWebhook(TestWebhooks.SECRETS));
        context.getRegistry().bind("webhookHttpClient", GuardedHttpClient.build(new OutboundGuard(true, List.of("127.0.0.0/8"),
                host -> host.equals("elsewhere.test")
                        ? new InetAddress[]{InetAddress.getByName("10.0.0.1")}
                        : InetAddress.getAllByName(host)),
                8, TIMEOUT, 16 * 1024));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/62-webhook-deliver.camel.yaml");
        AdviceWith.adviceWith(context, DELIVER,
                route -> route.weaveById("to-http-webhook").before().doTry().process(exchange -> {
                    if (firstWayClosed) {
                        throw new IllegalStateException("the first way is closed");
                    }
                }).doCatch(IllegalStateException.class).log("the second one is taken").end());
        context.getRouteDefinition(DELIVER).autoStartup(false);
        AdviceWith.adviceWith(context, "payment-webhook-alert",
                route -> route.weaveById("to-grpc-notification-email").replace().process(this::mail));
        context.getRouteDefinition(ALERT).autoStartup(false);
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        receiver.close();
        context.stop();
        queue.close();
    }

    void old(WebhookSecret secret, String left) {
        database.execute("INSERT INTO webhook_old_secret VALUES (?, ?, now() + ?::interval)", endpoint,
                secret.seal(TestWebhooks.SECRETS, endpoint), left);
    }

    static void drip(OutputStream out) throws Exception {
        while (true) {
            Receiver.write(out, "x");
            new java.util.concurrent.CountDownLatch(1).await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
    }

    UUID delivery() {
        return TestWebhooks.delivery(database, endpoint);
    }

    static DeliveryQueue queue() {
        return new DeliveryQueue(database.dataSource(), SETTINGS.disableAfter(), () -> false);
    }

    static Claim claim(int leaseSeconds) {
        return new Claim(1, 2, Map.of(), Duration.ofSeconds(leaseSeconds));
    }

    static List<AlertQueue.Alert> alerts() {
        try {
            return new AlertQueue(TestRoles.databases(database.dataSource()), SETTINGS)
                    .claim(new Claim(20, 20, Map.of(), Duration.ofMinutes(1)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<DueDelivery> claimed(DeliveryQueue queue) {
        try {
            return queue.claim(new Claim(20, 20, Map.of(), Duration.ofSeconds(60)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static DeliveryResult result(DueDelivery due, DeliveryResult.Outcome outcome) {
        return new DeliveryResult(due.id(), due.claim(), outcome, Duration.ZERO, java.time.Instant.now(), Duration.ZERO, 200,
                null);
    }

    /** Until everything that is due is recorded. */
    void dispatch() throws Exception {
        TestWork.run(context, DELIVER,
                () -> database.value("SELECT count(*) FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id "
                        + "WHERE d.status = 'pending' AND d.due_at <= now() AND e.status = 'enabled'"));
    }

    void alert() throws Exception {
        TestWork.run(context, ALERT, () -> database.value("SELECT count(*) FROM webhook_endpoint WHERE alert_due_at <= now()"));
    }

    void mail(Exchange exchange) throws Exception {
        mails.add(exchange.getMessage().getBody(SendEmailRequest.class));
        if (notificationUnavailable) {
            throw new java.net.ConnectException("unavailable");
        }
    }

    /** Status, step and attempts. */
    static String state(UUID delivery) {
        return database.value("SELECT status, step, attempts FROM webhook_delivery WHERE id = ?", delivery);
    }

    static String error() {
        return database.value("SELECT error FROM webhook_attempt ORDER BY id DESC LIMIT 1");
    }

    static Duration took() {
        return Duration
                .ofMillis(Long.parseLong(database.value("SELECT duration_ms FROM webhook_attempt ORDER BY id DESC LIMIT 1")));
    }

    static void verify(Receiver.Request request, WebhookSecret with) {
        Map<String, List<String>> headers = Map.of("webhook-id", List.of(request.headers().get("webhook-id")),
                "webhook-timestamp", List.of(request.headers().get("webhook-timestamp")), "webhook-signature",
                List.of(request.headers().get("webhook-signature")));
        assertThatCode(() -> new Webhook(with.text()).verify(request.body(), headers)).doesNotThrowAnyException();
    }
}
