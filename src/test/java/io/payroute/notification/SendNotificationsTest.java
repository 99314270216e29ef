package io.payroute.notification;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.notification.SmtpFailure.Step;
import io.payroute.platform.outbox.DeadLetters.Letter;
import io.payroute.platform.work.Backoff;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.TestWork;
import io.payroute.platform.work.WorkTask;
import io.payroute.proto.notification.NotificationUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class SendNotificationsTest {

    private static final TestDatabase DATABASE = TestDatabase.create("notification");
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final String SEND = "notification-send";

    private final DefaultCamelContext context = Routes.context();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Letter> letters = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile boolean gated;
    private volatile boolean firstServerUnavailable;
    private volatile int sendings;
    private final ChannelStates states = new ChannelStates("mail.example:25");
    private final SendNotifications sender = sender();

    @BeforeEach
    void start() throws Exception {
        DATABASE.clear();
        context.getPropertiesComponent().addOverrideProperty("notification.lease", LEASE.toMillis() + "ms");
        context.getPropertiesComponent().addOverrideProperty("notification.senders", "1");
        context.getPropertiesComponent().addOverrideProperty("notification.poll-interval", "20ms");
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        context.getShutdownStrategy().setTimeout(500);
        TestWork.queue(context, SendNotifications.QUEUE, sender);
        Routes.load(context, "shared/error-handling.camel.yaml", "notification/05-hooks.camel.yaml",
                "notification/30-send.camel.yaml");
        for (String other : List.of("notification-channels", "notification-send-email", "notification-send-sms",
                "notification-housekeeping")) {
            context.removeRouteDefinition(context.getRouteDefinition(other));
        }
        context.getRouteDefinition(SEND).autoStartup(false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:notification-send-email").errorHandler(noErrorHandler()).doTry().process(exchange -> {
                    if (firstServerUnavailable) {
                        throw new IllegalStateException("the first server is unavailable");
                    }
                }).doCatch(IllegalStateException.class).log("the second one is called").end().process(exchange -> {
                    sendings++;
                    if (gated) {
                        gate.await();
                    }
                    if (!failures.isEmpty()) {
                        throw failures.poll();
                    }
                });
            }
        });
        context.start();
    }

    private SendNotifications sender() {
        DeliveryOutcome outcome = new DeliveryOutcome(new Backoff(Duration.ofHours(1), Duration.ofHours(1)), 5,
                List.of(Duration.ofMinutes(5), Duration.ofMinutes(30)), letters::add, "notification.updated", states);
        return new SendNotifications(new NotificationQueue(DATABASE.dataSource(), "notification.updated", () -> false),
                outcome);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        context.stop();
        sender.close();
    }

    @Test
    void shouldRepeatAnUnansweredMailLateAndAFewTimesOnly() throws Exception {
        // Given
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));
        SmtpFailure unanswered = new SmtpFailure(Step.END, 0, true, "too slow", null, null);
        failures.addAll(List.of(unanswered, unanswered, unanswered));

        // When
        attempt(1);
        String first = DATABASE.value("SELECT round(extract(epoch FROM due_at - now()) / 60)::int FROM notification_work");
        attempt(2);
        attempt(3);

        // Then
        assertThat(first).isEqualTo("5");
        assertThat(letters).hasSize(1);
        assertThat(DATABASE.rows("SELECT status, attempts, unanswered, reason FROM notification"))
                .containsExactly("dead 3 2 too slow");
    }

    @Test
    void shouldGiveBackUnsentWhatComesBehindTheHookAfterItsTime() throws Exception {
        // Given
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));
        DueNotification due = sender.claim(new Claim(1, 1, Map.of(), Duration.ofMinutes(1))).get(0);

        // When
        Object late = released(due, System.nanoTime() - 1);
        sender.cutOff(List.of(due));
        Object cutOff = released(due, System.nanoTime() + TimeUnit.MINUTES.toNanos(1));

        // Then
        assertThat(late).isEqualTo(false);
        assertThat(cutOff).isEqualTo(false);
    }

    @Test
    void shouldNotCountAnAttemptThatCameTooLate() throws Exception {
        // Given
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));
        DueNotification due = sender.claim(new Claim(1, 1, Map.of(), Duration.ofMinutes(1))).get(0);
        Exchange exchange = exchange(due, System.nanoTime() - 1);

        // When
        sender.release(exchange, due);
        sender.record(exchange, due, null).toCompletableFuture().get();

        // Then
        assertThat(DATABASE.rows("SELECT attempts, due_at <= now() FROM notification_work")).containsExactly("0 t");
        assertThat(DATABASE.rows("SELECT status FROM notification")).containsExactly("queued");
    }

    private Object released(DueNotification due, long until) {
        Exchange exchange = exchange(due, until);
        sender.release(exchange, due);
        return exchange.getMessage().getHeader("send");
    }

    private Exchange exchange(DueNotification due, long until) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(due);
        exchange.setProperty(WorkTask.START_UNTIL, until);
        sender.begin(exchange);
        return exchange;
    }

    @Test
    void shouldCountAsSentWhatItsRouteSentInTheEnd() throws Exception {
        // Given
        firstServerUnavailable = true;
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));

        // When
        attempt(1);

        // Then
        assertThat(DATABASE.rows("SELECT status, attempts FROM notification")).containsExactly("sent 1");
    }

    @Test
    void shouldLetAMailWaitWhoseSenderTheServerDoesNotKnow() throws Exception {
        // Given
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));
        failures.add(new SmtpFailure(Step.SENDER, 553, false, "answered 553", "not allowed", null));

        // When
        attempt(1);
        attempt(2);

        // Then
        assertThat(DATABASE.rows("SELECT status, attempts FROM notification")).containsExactly("sent 2");
        assertThat(letters).isEmpty();
    }

    @Test
    void shouldTellACauseOnceInTheHistoryOfThePayment() throws Exception {
        // Given
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));
        failures.addAll(List.of(new SmtpFailure(Step.SENDER, 451, false, "busy", "queue 17", null),
                new SmtpFailure(Step.SENDER, 451, false, "busy", "queue 18", null),
                new SmtpFailure(Step.CONNECT, 0, false, "unavailable", null, null)));

        // When
        for (int attempt = 1; attempt <= 4; attempt++) {
            attempt(attempt);
        }

        // Then
        assertThat(told()).containsExactly("waiting busy 1", "waiting unavailable 3", "sent  4");
    }

    @Test
    void shouldKeepWhatItIsSendingLongerThanItsLease() throws Exception {
        // Given
        gated = true;
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));
        context.getRouteController().startRoute(SEND);
        long end = System.nanoTime() + LEASE.multipliedBy(2).toNanos();

        // When
        Awaitility.await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            assertThat(sender.claim(new Claim(1, 1, Map.of(), LEASE))).isEmpty();
            assertThat(sendings == 0 || System.nanoTime() - end < 0).isFalse();
        });
        gate.countDown();

        // Then
        Awaitility.await().untilAsserted(
                () -> assertThat(DATABASE.rows("SELECT status, attempts FROM notification")).containsExactly("sent 1"));
        assertThat(sendings).isEqualTo(1);
    }

    @Test
    void shouldRepeatLateWhatAStopCutOff() throws Exception {
        // Given
        gated = true;
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));
        context.getRouteController().startRoute(SEND);
        Awaitility.await().untilAsserted(() -> assertThat(sendings).isEqualTo(1));

        // When
        context.stop();

        // Then
        sender.close();
        assertThat(DATABASE.rows("SELECT attempts, unanswered, round(extract(epoch FROM due_at - now()) / 60)::int "
                + "FROM notification_work")).containsExactly("1 1 5");
    }

    @Test
    void shouldNotCountAnAttemptThatWasNotMade() throws Exception {
        // Given
        gated = true;
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"),
                TestNotifications.mail("k-2", "bob@example.com"));
        context.getRouteController().startRoute(SEND);
        Awaitility.await().untilAsserted(() -> assertThat(sendings).isEqualTo(1));
        long end = System.nanoTime() + LEASE.toNanos() / 2;
        Awaitility.await().untilAsserted(() -> assertThat(System.nanoTime()).isGreaterThan(end));

        // When
        gate.countDown();

        // Then
        Awaitility.await()
                .untilAsserted(() -> assertThat(DATABASE.rows("SELECT status, attempts FROM notification ORDER BY id"))
                        .containsExactly("sent 1", "sent 1"));
    }

    @Test
    void shouldKnowThatTheMailServerIsInTroubleUntilItTakesAMail() throws Exception {
        // Given
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));
        SmtpFailure refused = new SmtpFailure(Step.SENDER, 553, false, "answered 553", "not allowed", null);
        failures.addAll(List.of(refused, refused, refused));

        // When
        attempt(1);
        attempt(2);
        ChannelState.Trouble early = states.of("email").trouble();
        attempt(3);
        ChannelState.Trouble trouble = states.of("email").trouble();
        attempt(4);

        // Then
        assertThat(early).isNull();
        assertThat(trouble.cause()).isEqualTo("answered 553");
        assertThat(states.of("email").trouble()).isNull();
    }

    private void attempt(int number) throws Exception {
        DATABASE.execute("UPDATE notification_work SET due_at = now() - interval '1 second'");
        TestWork.run(context, SEND, () -> DATABASE.value("SELECT count(*) FROM notification_work WHERE due_at <= now()"));
        assertThat(sendings).isEqualTo(number);
    }

    private static List<String> told() {
        return DATABASE.rows("SELECT encode(payload, 'hex') FROM outbox ORDER BY id").stream()
                .map(hex -> parsed(HexFormat.of().parseHex(hex))).toList();
    }

    private static String parsed(byte[] payload) {
        try {
            NotificationUpdated event = NotificationUpdated.parseFrom(payload);
            return event.getStatus() + " " + event.getReason() + " " + event.getAttempts();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
