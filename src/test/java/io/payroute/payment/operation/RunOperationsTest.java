package io.payroute.payment.operation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.messaging.Ids;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.runtime.TestRoles;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class RunOperationsTest {

    private final TestDatabase database = TestDatabase.create();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<ProviderCall> sent = new CopyOnWriteArrayList<>();
    private final CountDownLatch answer = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:payment-charge").process(exchange -> sent.add(exchange.getMessage().getBody(ProviderCall.class)))
                        .threads(4).process(exchange -> answer.await(20, TimeUnit.SECONDS));
            }
        });
        context.start();
        for (int i = 0; i < 10; i++) {
            database.execute("WITH p AS (INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, capture) "
                    + "VALUES (?, 'user-1', 1000, 'USD', 'card', 'sandbox', false) RETURNING id) INSERT INTO payment_operation "
                    + "(id, payment_id, kind, provider, amount_minor, requested_by) SELECT ?, id, 'cancel', 'sandbox', 1000, 'shop' FROM p",
                    Ids.next(), Ids.next());
        }
    }

    @AfterEach
    void stop() {
        answer.countDown();
        context.stop();
    }

    @Test
    void shouldSendWhatIsDueOnce() {
        // Given
        RunOperations operations = operations(new ProviderBreakers(50, 10, Duration.ofMinutes(5)));

        // When
        operations.dispatch();
        operations.dispatch();

        // Then
        assertThat(sent).hasSize(10);
    }

    @Test
    void shouldTryAProviderThatFailedWithAFew() {
        // Given
        ProviderBreakers breakers = new ProviderBreakers(50, 10, Duration.ofMillis(1));
        for (int i = 0; i < 10; i++) {
            breakers.record("sandbox", false, new ProviderOutcome.Unanswered("timeout"));
        }
        await().untilAsserted(() -> assertThat(breakers.failing().halfOpen()).containsExactly("sandbox"));
        RunOperations operations = operations(breakers);

        // When
        operations.dispatch();
        operations.dispatch();

        // Then
        assertThat(sent).hasSize(breakers.trials()).hasSize(2);
    }

    private RunOperations operations(ProviderBreakers breakers) {
        return new RunOperations(TestRoles.databases(database.dataSource()), context, breakers, 100, Duration.ofMinutes(1));
    }
}
