package io.payroute.notification;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.outbox.DeadLetters.Letter;
import io.payroute.platform.work.Backoff;
import io.payroute.platform.work.TestWork;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** What a team's step in front of a message can do, and what a kind without a route becomes. */
class BeforeMessageRouteTest {

    private static final TestDatabase DATABASE = TestDatabase.create("notification");
    private static final String SEND = "notification-send";
    private static final String OWN = """
            - route:
                id: notification-before-message
                description: The team's own
                group: notification
                routeConfigurationId: work
                from:
                  uri: direct:notification-before-message
                  steps: [%s]
            """;

    private final DefaultCamelContext context = Routes.context();
    private final Queue<String> senders = new ConcurrentLinkedQueue<>();
    private final Queue<String> sent = new ConcurrentLinkedQueue<>();
    private final Queue<Letter> letters = new ConcurrentLinkedQueue<>();
    private final ChannelStates states = new ChannelStates("mail.example:25");
    private final SendNotifications sender = new SendNotifications(
            new NotificationQueue(DATABASE.dataSource(), "notification.updated", () -> false),
            new DeliveryOutcome(new Backoff(Duration.ofHours(1), Duration.ofHours(1)), 5, List.of(), letters::add,
                    "notification.updated", states));

    private final NotificationHookThreads threads = new NotificationHookThreads(1, Duration.ofMillis(300), 1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws Exception {
        DATABASE.clear();
        threads.register(context);
        context.getPropertiesComponent().addOverrideProperty("notification.senders", "1");
        context.getPropertiesComponent().addOverrideProperty("notification.poll-interval", "20ms");
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
                from("direct:notification-send-email").errorHandler(noErrorHandler()).process(exchange -> {
                    DueNotification due = exchange.getMessage().getBody(DueNotification.class);
                    senders.add(Thread.currentThread().getName());
                    sent.add(due.template() + ", " + due.subject() + ", " + exchange.getMessage().getHeaders().keySet());
                });
            }
        });
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-1", "ada@example.com"));
    }

    @AfterEach
    void stop() {
        open.countDown();
        context.stop();
        threads.close();
        sender.close();
    }

    @Test
    void shouldSendAsPackaged() throws Exception {
        // When
        attempt();

        // Then
        assertThat(sent).containsExactly("payment-completed, Payment completed, [kind, send]");
        assertThat(DATABASE.rows("SELECT status FROM notification")).containsExactly("sent");
    }

    @Test
    void shouldSuppressAMessageAndRecordWhy() throws Exception {
        // Given
        replace("{setHeader: {id: s, name: suppress, expression: {simple: {expression: '${body.address} wants no mails'}}}}");

        // When
        attempt();

        // Then
        assertThat(sent).isEmpty();
        assertThat(letters).isEmpty();
        assertThat(DATABASE.rows("SELECT status, attempts, reason FROM notification"))
                .containsExactly("skipped 1 suppressed: ***@*** wants no mails");
        assertThat(DATABASE.count("notification_work")).isZero();
        assertThat(DATABASE.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldChangeTheWordsOfAMailAndNothingElse() throws Exception {
        // Given
        replace("{setHeaders: {id: w, headers: [{name: template, constant: payment-completed-de}, {name: subject, constant: Bezahlt}, "
                + "{name: Bcc, constant: eve@example.com}]}}, {setBody: {id: lost, constant: lost}}");

        // When
        attempt();

        // Then
        assertThat(sent).containsExactly("payment-completed-de, Bezahlt, [kind, send]");
        assertThat(DATABASE.rows("SELECT subject, template FROM notification"))
                .containsExactly("Payment completed payment-completed");
    }

    /** With one sender, which the hook would hold for ever. */
    @Test
    void shouldSendOthersWhileTheHookHangsAndSayThatItIsTheHook() throws Exception {
        // Given
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.mail("k-2", "eve@example.com"));
        context.getRegistry().bind("slow", (Processor) exchange -> {
            DueNotification due = exchange.getMessage().getBody(DueNotification.class);
            asked.add(Thread.currentThread().getName());
            if (due.address().startsWith("ada")) {
                awaitDeaf(open);
            }
        });
        replace("{process: {id: hang, ref: slow}}");

        // When
        attempt();

        // Then
        assertThat(DATABASE.rows("SELECT attempts, reason FROM notification_work WHERE reason IS NOT NULL"))
                .allMatch(row -> row.matches("1 the hook notification-before-message failed: .*notification\\.hook\\..*"))
                .isNotEmpty();
        assertThat(states.of("email").trouble()).isNull();
        assertThat(asked).isNotEmpty().allMatch(name -> name.startsWith("notification-before-message-"));
    }

    /** Heeds no interrupt, as a step that waits for a socket. */
    private static void awaitDeaf(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // Goes on waiting.
            }
        }
    }

    @Test
    void shouldSendOnASendersThreadWhatTheHookHasPassed() throws Exception {
        // Given
        context.getRegistry().bind("named", (Processor) exchange -> asked.add(Thread.currentThread().getName()));
        replace("{process: {id: named, ref: named}}, {setHeader: {id: s, name: subject, constant: Bezahlt}}");

        // When
        attempt();

        // Then
        assertThat(asked).containsExactly("notification-before-message-1");
        assertThat(sent).containsExactly("payment-completed, Bezahlt, [kind, send]");
        assertThat(senders).containsExactly("notification-sender-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{throwException: {id: bad, exceptionType: java.lang.IllegalStateException, message: no list}}",
            "{setHeader: {id: t, name: template, constant: ../../etc/passwd}}",
            "{to: {id: gone, uri: 'direct:gone', parameters: {timeout: 1}}}"})
    void shouldLetAMessageWaitWhoseHookFailsAndSayThatItIsTheHook(String step) throws Exception {
        // Given
        replace(step);

        // When
        for (int attempt = 1; attempt <= 3; attempt++) {
            attempt();
        }

        // Then
        assertThat(sent).isEmpty();
        assertThat(letters).isEmpty();
        assertThat(DATABASE.value("SELECT attempts || ' ' || reason FROM notification_work"))
                .startsWith("3 the hook notification-before-message failed: ");
        assertThat(states.of("email").trouble()).isNull();
        assertThat(states.all().get(SendNotifications.HOOK).trouble().failures()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"chat,no route sends messages of kind chat: add one from direct:notification-send-chat"})
    void shouldKeepAMessageOfAKindThatNoRouteSends(String kind, String reason) throws Exception {
        // Given
        DATABASE.clear();
        TestNotifications.store(DATABASE.dataSource(), TestNotifications.message(kind, "k-2", "#payments"));

        // When
        attempt();

        // Then
        assertThat(DATABASE.rows("SELECT attempts, reason FROM notification_work")).containsExactly("1 " + reason);
    }

    private void replace(String steps) throws Exception {
        PluginHelper.getRoutesLoader(context).updateRoutes(ResourceHelper.fromString("own.camel.yaml", OWN.formatted(steps)));
    }

    private void attempt() throws Exception {
        context.start();
        DATABASE.execute("UPDATE notification_work SET due_at = now() - interval '1 second'");
        TestWork.run(context, SEND, () -> DATABASE.value("SELECT count(*) FROM notification_work WHERE due_at <= now()"));
    }
}
