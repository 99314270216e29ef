package io.payroute.payment.webhook.delivery;

import java.io.OutputStream;
import java.net.InetAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.standardwebhooks.Webhook;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.GuardedHttpClient;
import io.payroute.platform.access.OutboundGuard;
import io.payroute.platform.access.SecretBox;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.TestWork;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class DeliverWebhooksTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final WebhookSettings SETTINGS = TestWebhooks.settings(TIMEOUT, Duration.ofSeconds(60));
    private static final String DELIVER = "payment-webhook-deliver";
    private static final String ALERT = "payment-webhook-alert";
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final WebhookSecret secret = WebhookSecret.next();
    private final List<SendEmailRequest> mails = new CopyOnWriteArrayList<>();
    private boolean notificationUnavailable;
    private boolean firstWayClosed;
    private Receiver receiver;
    private DeliveryQueue queue;
    private UUID endpoint;

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

    @Test
    void shouldSendSignedAsTheReceiverExpects() throws Exception {
        // Given
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        Receiver.Request request = receiver.requests.get(0);
        assertThat(request.line()).isEqualTo("POST /hooks?shop=1 HTTP/1.1");
        assertThat(request.body()).isEqualTo("{\"type\":\"payment.completed\"}");
        assertThat(request.headers()).containsEntry("webhook-id", delivery.toString())
                .containsEntry("Content-Type", "application/json").containsEntry("User-Agent", "Payroute-Webhooks")
                .containsOnlyKeys("webhook-id", "webhook-timestamp", "webhook-signature", "Content-Type", "Content-Length",
                        "User-Agent", "Host", "Connection");
        verify(request, secret);
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
        assertThat(database.rows("SELECT delivery_id, status_code, error, duration_ms >= 0 FROM webhook_attempt"))
                .containsExactly(delivery + " 204 null t");
    }

    @Test
    void shouldSignWithEverySecretWhoseTimeIsNotOver() throws Exception {
        // Given
        WebhookSecret first = WebhookSecret.next();
        WebhookSecret second = WebhookSecret.next();
        old(first, "1 min");
        old(second, "24 h");
        old(WebhookSecret.next(), "-1 s");
        delivery();

        // When
        dispatch();

        // Then
        Receiver.Request request = receiver.requests.get(0);
        assertThat(request.headers().get("webhook-signature").split(" ")).hasSize(3);
        verify(request, secret);
        verify(request, first);
        verify(request, second);
    }

    private void old(WebhookSecret secret, String left) {
        database.execute("INSERT INTO webhook_old_secret VALUES (?, ?, now() + ?::interval)", endpoint,
                secret.seal(TestWebhooks.SECRETS, endpoint), left);
    }

    @Test
    void shouldTryAgainLaterWithTheSameIdAndBytes() throws Exception {
        // Given
        receiver.answers("500 Oops");
        UUID delivery = delivery();
        dispatch();
        String waiting = state(delivery);
        database.execute("UPDATE webhook_delivery SET due_at = now()");
        receiver.answers("200 OK");

        // When
        dispatch();

        // Then
        assertThat(waiting).isEqualTo("pending 1 1");
        assertThat(receiver.requests).hasSize(2).extracting(request -> request.headers().get("webhook-id"))
                .containsOnly("" + delivery);
        assertThat(receiver.requests).extracting(Receiver.Request::body).containsOnly("{\"type\":\"payment.completed\"}");
        assertThat(state(delivery)).isEqualTo("delivered 2 2");
        assertThat(database.rows("SELECT status_code, error FROM webhook_attempt ORDER BY id")).containsExactly("500 refused",
                "200 null");
    }

    @Test
    void shouldCountAsDeliveredWhatItsRouteDeliveredInTheEnd() throws Exception {
        // Given
        firstWayClosed = true;
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(receiver.requests).hasSize(1);
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"})
    void shouldFollowNoRedirect(String status) throws Exception {
        // Given
        try (Receiver other = new Receiver()) {
            receiver.answers(status + "\r\nLocation: " + other.url());
            UUID delivery = delivery();

            // When
            dispatch();

            // Then
            assertThat(state(delivery)).isEqualTo("pending 1 1");
            assertThat(error()).isEqualTo("redirect");
            assertThat(other.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-2, 2})
    void shouldTellTheTimeByTheClockOfTheDatabase(long minutesAhead) throws Exception {
        // Given
        database.clockAhead(Duration.ofMinutes(minutesAhead));
        receiver.answers("500 Down");
        delivery();

        // When
        dispatch();

        // Then
        assertThat(database.rows("SELECT due_at BETWEEN last_attempt_at + interval '4 s' AND now() + interval '6 s', "
                + "last_attempt_at BETWEEN now() - interval '30 s' AND now() FROM webhook_delivery")).containsExactly("t t");
    }

    @Test
    void shouldWaitAsLongAsTheReceiverRequests() throws Exception {
        // Given
        receiver.answers("503 Busy\r\nRetry-After: 3600");
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(database.value("SELECT due_at BETWEEN now() + interval '59 min' AND now() + interval '61 min' "
                + "FROM webhook_delivery WHERE id = ?", delivery)).isEqualTo("t");
    }

    @Test
    void shouldNotWaitForAReceiverThatHangs() throws Exception {
        // Given
        receiver.hangs();
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isEqualTo("timeout");
        assertThat(took()).isBetween(TIMEOUT, TIMEOUT.plusSeconds(2));
    }

    @Test
    void shouldNotWaitForAReceiverThatDrips() throws Exception {
        // Given
        receiver.does((request, out) -> {
            Receiver.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            drip(out);
        });
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isEqualTo("timeout");
        assertThat(took()).isBetween(TIMEOUT, TIMEOUT.plusSeconds(2));
    }

    @Test
    void shouldNotWaitForHeadersThatDrip() throws Exception {
        // Given
        receiver.does((request, out) -> {
            Receiver.write(out, "HTTP/1.1 200 OK\r\nX-Slow: ");
            drip(out);
        });
        delivery();

        // When
        dispatch();

        // Then
        assertThat(error()).isEqualTo("timeout");
        assertThat(took()).isBetween(TIMEOUT, TIMEOUT.plusSeconds(2));
    }

    @Test
    void shouldCutOffAnAnswerWithoutEnd() throws Exception {
        // Given
        receiver.does((request, out) -> {
            Receiver.write(out, "HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                out.write(new byte[64 * 1024]);
            }
        });
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
        assertThat(took()).isLessThan(TIMEOUT);
    }

    @Test
    void shouldCutOffHeadersWithoutEnd() throws Exception {
        // Given
        receiver.does((request, out) -> {
            Receiver.write(out, "HTTP/1.1 200 OK\r\n");
            while (true) {
                Receiver.write(out, "X-More: more\r\n");
            }
        });
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isNotEqualTo("internal").isNotEqualTo("timeout");
    }

    @Test
    void shouldTryAgainWhenTheReceiverSpeaksNoHttp() throws Exception {
        // Given
        receiver.does((request, out) -> Receiver.write(out, "220 mail.example.com ESMTP\r\n"));
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isIn("no_http", "connection_lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::1]:8080/",
            "http://[fc00::1]/",
            "http://[64:ff9b::7f00:1]/", "http://elsewhere.test/", "http://0.0.0.0/"})
    void shouldConnectToNoAddressThatIsNotAllowedWhateverIsStored(String url) throws Exception {
        // Given
        database.execute("UPDATE webhook_endpoint SET url = ?", url);
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isEqualTo("address_refused");
    }

    @Test
    void shouldDisableAnEndpointThatIsGoneAndTellItsContactOnce() throws Exception {
        // Given
        receiver.answers("410 Gone");
        database.execute("UPDATE webhook_endpoint SET alert_email = 'shop@example.com'");
        UUID delivery = delivery();
        UUID waiting = TestWebhooks.delivery(database, endpoint);
        database.execute("UPDATE webhook_delivery SET due_at = now() + interval '1 h' WHERE id = ?", waiting);
        dispatch();

        // When
        alert();
        alert();

        // Then
        assertThat(database.rows("SELECT status, disabled_reason, disabled_at IS NOT NULL, alert_due_at FROM webhook_endpoint"))
                .containsExactly("disabled gone t null");
        assertThat(state(delivery)).isEqualTo("failed 1 1");
        assertThat(state(waiting)).isEqualTo("discarded 0 0");
        assertThat(mails).singleElement().satisfies(mail -> {
            assertThat(mail.getTo()).isEqualTo("shop@example.com");
            assertThat(mail.getUserId()).isEqualTo("shop");
            assertThat(mail.getBody()).contains(endpoint.toString(), "410 Gone").doesNotContain("shop=1");
            assertThat(mail.getIdempotencyKey()).startsWith("webhook-disabled-" + endpoint);
        });
    }

    @Test
    void shouldTakeNoMoreAlertsThanItMayWhateverThePlan() throws Exception {
        // Given
        for (int i = 0; i < 50; i++) {
            TestWebhooks.endpoint(database, receiver.url(), secret);
        }
        database.execute("UPDATE webhook_endpoint SET alert_due_at = now() - interval '1 s'");

        // When
        List<AlertQueue.Alert> claimed = new ArrayList<>();
        database.withNestedLoops(() -> claimed.addAll(alerts()));

        // Then
        assertThat(claimed).hasSize(20);
    }

    @Test
    void shouldKeepTheMailUntilTheNotificationRoleTakesIt() throws Exception {
        // Given
        receiver.answers("410 Gone");
        delivery();
        dispatch();
        notificationUnavailable = true;
        alert();
        notificationUnavailable = false;
        database.execute("UPDATE webhook_endpoint SET alert_due_at = now()");

        // When
        alert();

        // Then
        assertThat(mails).extracting(SendEmailRequest::getTo).containsExactly("ops@example.com", "ops@example.com");
        assertThat(mails.get(0)).isEqualTo(mails.get(1));
    }

    @Test
    void shouldDisableAnEndpointThatFailedForLongWhenADeliveryIsUsedUp() throws Exception {
        // Given
        receiver.answers("500 Oops");
        UUID delivery = delivery();
        database.execute("UPDATE webhook_delivery SET step = 9");
        database.execute("UPDATE webhook_endpoint SET failing_since = now() - interval '6 days'");

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("failed 10 1");
        assertThat(database.rows("SELECT status, disabled_reason, alert_due_at IS NOT NULL FROM webhook_endpoint"))
                .containsExactly("disabled failing t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"step = 9, failing = 4 days", "step = 5, failing = 6 days"})
    void shouldKeepAnEndpointThatMayRecover(String given) throws Exception {
        // Given
        receiver.answers("500 Oops");
        delivery();
        database.execute("UPDATE webhook_delivery SET step = " + given.charAt(7));
        database.execute("UPDATE webhook_endpoint SET failing_since = now() - interval '" + given.charAt(20) + " days'");

        // When
        dispatch();

        // Then
        assertThat(database.value("SELECT status FROM webhook_endpoint")).isEqualTo("enabled");
    }

    @Test
    void shouldCountFailuresFromTheLastSuccess() throws Exception {
        // Given
        database.execute("UPDATE webhook_endpoint SET failing_since = now() - interval '6 days'");
        delivery();

        // When
        dispatch();

        // Then
        assertThat(database.value("SELECT failing_since FROM webhook_endpoint")).isEqualTo("null");
    }

    @Test
    void shouldSendAgainWhatADeadProcessHadClaimed() throws Exception {
        // Given
        UUID delivery = delivery();
        queue.claim(claim(60));
        dispatch();
        int during = receiver.requests.size();
        database.execute("UPDATE webhook_delivery SET due_at = now()");

        // When
        dispatch();

        // Then
        assertThat(during).isZero();
        assertThat(receiver.requests).singleElement()
                .satisfies(request -> assertThat(request.headers()).containsEntry("webhook-id", delivery.toString()));
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
    }

    @Test
    void shouldLetAWorkerThatLostItsLeaseSayOnlyThatItDelivered() throws Exception {
        // Given
        UUID delivery = delivery();
        DueDelivery first = queue.claim(claim(0)).get(0);
        queue.claim(claim(60));

        // When
        queue.finish(result(first, DeliveryResult.Outcome.FAILED)).toCompletableFuture().get();
        String afterFailure = state(delivery);
        queue.finish(result(first, DeliveryResult.Outcome.DELIVERED)).toCompletableFuture().get();

        // Then
        assertThat(afterFailure).isEqualTo("pending 0 0");
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
    }

    @Test
    void shouldLetASlowEndpointDelayNobodyElse() throws Exception {
        // Given
        receiver.hangs();
        IntStream.range(0, 20).forEach(i -> delivery());
        try (Receiver quick = new Receiver()) {
            UUID other = TestWebhooks.endpoint(database, quick.url(), secret);
            IntStream.range(0, 4).forEach(i -> TestWebhooks.delivery(database, other));

            // When
            context.getRouteController().startRoute(DELIVER);
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(quick.requests).hasSize(4));

            // Then
            assertThat(receiver.requests).hasSize(SETTINGS.inFlightPerEndpoint());
        }
    }

    @Test
    void shouldShareTheWorkBetweenProcesses() throws Exception {
        // Given
        IntStream.range(0, 60).forEach(i -> delivery());
        List<DeliveryQueue> processes = List.of(queue, queue(), queue());

        // When
        List<DueDelivery> claimed = processes.parallelStream().flatMap(one -> claimed(one).stream()).toList();

        // Then
        assertThat(claimed).extracting(DueDelivery::id).doesNotHaveDuplicates().hasSize(60);
        processes.stream().skip(1).forEach(DeliveryQueue::close);
    }

    @Test
    void shouldFinishWhatItSendsAndTakeNothingMoreWhenItStops() throws Exception {
        // Given
        IntStream.range(0, 200).forEach(i -> delivery());
        context.getRouteController().startRoute(DELIVER);
        await().untilAsserted(() -> assertThat(receiver.requests).isNotEmpty());

        // When
        context.getRouteController().stopRoute(DELIVER);

        // Then
        assertThat(database.value("SELECT count(*) FROM webhook_delivery WHERE status = 'pending' AND due_at > now()"))
                .isEqualTo("0");
        assertThat(database.value("SELECT count(*) FROM webhook_delivery WHERE status = 'delivered'"))
                .isEqualTo(String.valueOf(receiver.requests.size())).isNotEqualTo("200");
    }

    @Test
    void shouldSendNothingWhenTheSecretCannotBeRead() throws Exception {
        // Given
        database.execute("UPDATE webhook_endpoint SET secret = ?",
                secret.seal(new SecretBox("webhook.secrets-key", "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", false),
                        endpoint));
        UUID delivery = delivery();

        // When
        dispatch();

        // Then
        assertThat(state(delivery)).isEqualTo("pending 1 1");
        assertThat(error()).isEqualTo("secret_unreadable");
        assertThat(receiver.requests).isEmpty();
    }

    private static void drip(OutputStream out) throws Exception {
        while (true) {
            Receiver.write(out, "x");
            new java.util.concurrent.CountDownLatch(1).await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
    }

    private UUID delivery() {
        return TestWebhooks.delivery(database, endpoint);
    }

    private static DeliveryQueue queue() {
        return new DeliveryQueue(database.dataSource(), SETTINGS.disableAfter(), () -> false);
    }

    private static Claim claim(int leaseSeconds) {
        return new Claim(1, 2, Map.of(), Duration.ofSeconds(leaseSeconds));
    }

    private static List<AlertQueue.Alert> alerts() {
        try {
            return new AlertQueue(TestRoles.databases(database.dataSource()), SETTINGS)
                    .claim(new Claim(20, 20, Map.of(), Duration.ofMinutes(1)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<DueDelivery> claimed(DeliveryQueue queue) {
        try {
            return queue.claim(new Claim(20, 20, Map.of(), Duration.ofSeconds(60)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DeliveryResult result(DueDelivery due, DeliveryResult.Outcome outcome) {
        return new DeliveryResult(due.id(), due.claim(), outcome, Duration.ZERO, java.time.Instant.now(), Duration.ZERO, 200,
                null);
    }

    /** Until everything that is due is recorded. */
    private void dispatch() throws Exception {
        TestWork.run(context, DELIVER,
                () -> database.value("SELECT count(*) FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id "
                        + "WHERE d.status = 'pending' AND d.due_at <= now() AND e.status = 'enabled'"));
    }

    private void alert() throws Exception {
        TestWork.run(context, ALERT, () -> database.value("SELECT count(*) FROM webhook_endpoint WHERE alert_due_at <= now()"));
    }

    private void mail(Exchange exchange) throws Exception {
        mails.add(exchange.getMessage().getBody(SendEmailRequest.class));
        if (notificationUnavailable) {
            throw new java.net.ConnectException("unavailable");
        }
    }

    /** Status, step and attempts. */
    private static String state(UUID delivery) {
        return database.value("SELECT status, step, attempts FROM webhook_delivery WHERE id = ?", delivery);
    }

    private static String error() {
        return database.value("SELECT error FROM webhook_attempt ORDER BY id DESC LIMIT 1");
    }

    private static Duration took() {
        return Duration
                .ofMillis(Long.parseLong(database.value("SELECT duration_ms FROM webhook_attempt ORDER BY id DESC LIMIT 1")));
    }

    private static void verify(Receiver.Request request, WebhookSecret with) {
        Map<String, List<String>> headers = Map.of("webhook-id", List.of(request.headers().get("webhook-id")),
                "webhook-timestamp", List.of(request.headers().get("webhook-timestamp")), "webhook-signature",
                List.of(request.headers().get("webhook-signature")));
        assertThatCode(() -> new Webhook(with.text()).verify(request.body(), headers)).doesNotThrowAnyException();
    }
}
