package io.payroute.notification;

import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.proto.payment.Notification;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** The messages that the news of a payment makes, as packaged and by a route of a team. */
class ChannelsRouteTest {

    private static final TestDatabase DATABASE = TestDatabase.create("notification");
    private static final String STORED = "SELECT kind, dedupe_key, address, fields->>'body', fields->>'paymentId' FROM notification "
            + "ORDER BY kind";
    private static final String PAYMENT = "01a1fd0a-1dda-71ad-be85-b353136e611d";
    private static final String OWN = """
            - route:
                id: notification-channels
                description: A mail, and the chat for large failures
                group: notification
                routeConfigurationId: grpc-edge
                from:
                  uri: direct:notification-channels
                  steps:
                    - bean:
                        id: mail
                        ref: channels
                        method: email
                    - filter:
                        id: if-large-failure
                        expression:
                          simple:
                            expression: "${body.status} == 'failed' && ${body.amountMinor} >= 100000"
                        steps: %s
                    - setBody:
                        id: lost
                        constant: another body
            """;
    private static final String CHAT = """
            [{setHeaders: {id: chat, headers: [
              {name: kind, expression: {constant: {expression: %s}}},
              {name: address, expression: {constant: {expression: "%s"}}},
              {name: text, expression: {simple: {expression: "Payment ${body.paymentId} of ${body.amount} failed"}}}]}},
             {bean: {id: add-chat, ref: channels, method: add}}]""";

    private final DefaultCamelContext context = Routes.context();
    private final StoreNotifications store = new StoreNotifications(DATABASE.dataSource(), RecipientLimit.NONE);

    @BeforeEach
    void start() throws Exception {
        DATABASE.clear();
        context.getRegistry().bind("handleNotification", new HandleNotification(store, false));
        context.getRegistry().bind("channels", new Channels());
        context.getPropertiesComponent().addOverrideProperty("role.notification", "true");
        Routes.load(context, "shared/error-handling.camel.yaml", "notification/05-hooks.camel.yaml",
                "notification/20-grpc-server.camel.yaml");
        for (String other : List.of("notification-grpc-server", "notification-accept-email", "notification-accept-sms",
                "notification-before-message")) {
            context.removeRouteDefinition(context.getRouteDefinition(other));
        }
    }

    @AfterEach
    void stop() {
        context.stop();
        store.close();
    }

    @Test
    void shouldMakeOneMailAsPackaged() {
        // When
        Exchange answered = tell("event-1", "failed", 500_000);

        // Then
        assertThat(answered.getMessage().getBody(Notification.class).getMessage()).isEqualTo("Payment of 5000.00 EUR failed");
        assertThat(DATABASE.rows(STORED)).containsExactly("email event-1 ada@example.com null " + PAYMENT);
    }

    @Test
    void shouldStoreTheTeamsMessageBesideTheMailOnceForEachEvent() throws Exception {
        // Given
        replace(CHAT.formatted("chat", "#payments"));

        // When
        tell("event-1", "failed", 100_000);
        tell("event-1", "failed", 100_000);

        // Then
        assertThat(DATABASE.rows(STORED)).containsExactly(
                "chat channel:chat:event-1 #payments Payment " + PAYMENT + " of 1000.00 EUR failed " + PAYMENT,
                "email event-1 ada@example.com null " + PAYMENT);
    }

    @Test
    void shouldLeaveOutWhatItsConditionDoesNotMeet() throws Exception {
        // Given
        replace(CHAT.formatted("chat", "#payments"));

        // When
        tell("small", "failed", 99_999);
        tell("good", "completed", 500_000);

        // Then
        assertThat(DATABASE.rows("SELECT DISTINCT kind FROM notification")).containsExactly("email");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{throwException: {id: bad, exceptionType: java.lang.IllegalStateException, message: broken}}",
            "{bean: {id: twice, ref: channels, method: email}}", "{bean: {id: nameless, ref: channels, method: add}}"})
    void shouldStoreNoneOfAnEventsMessagesWhenTheRouteFails(String step) throws Exception {
        // Given
        replace(CHAT.formatted("chat", "#payments").replaceFirst("]$", ", " + step + "]"));

        // When
        Exchange answered = tell("event-1", "failed", 100_000);

        // Then
        assertThat(answered.getException()).isNotNull();
        assertThat(DATABASE.count("notification")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sms|#payments", "email|ada@example.com", "Chat|x", "chat/../x|x"})
    void shouldRefuseAnAddressOrAKindThatIsNone(String kindAndAddress) throws Exception {
        // Given
        replace(CHAT.formatted((Object[]) kindAndAddress.split("\\|")));

        // When
        Exchange answered = tell("event-1", "failed", 100_000);

        // Then
        assertThat(answered.getException()).isNotNull();
        assertThat(DATABASE.count("notification")).isZero();
    }

    private void replace(String steps) throws Exception {
        PluginHelper.getRoutesLoader(context)
                .updateRoutes(ResourceHelper.fromString("own.camel.yaml", OWN.formatted(steps.replace("\n", " "))));
    }

    private Exchange tell(String event, String status, long minor) {
        context.start();
        PaymentRequest request = PaymentRequest.newBuilder().setUserId("u001").setPaymentId(PAYMENT).setAmountMinor(minor)
                .setCurrency("EUR").setStatus(status).setEventId(event).setEmail("ada@example.com").build();
        return context.createProducerTemplate().send("direct:notification-handle",
                exchange -> exchange.getMessage().setBody(request));
    }
}
