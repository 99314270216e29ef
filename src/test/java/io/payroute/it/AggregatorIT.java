package io.payroute.it;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.payroute.proto.payment.GetPaymentRequest;
import io.payroute.proto.payment.Payment;
import io.payroute.proto.payment.PaymentEvent;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.payment.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.payroute.proto.payment.PaymentStatus;
import io.payroute.proto.payment.StreamRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Events that other programs write, from a topic that nobody knew to a client that watches. */
@Timeout(300)
class AggregatorIT {

    private static final String STRIPE = """
            {"id":"evt_1","type":"payment_intent.succeeded","created":1767323045,"data":{"object":{"id":"%s",
             "object":"payment_intent","amount":5000,"amount_received":5000,"currency":"usd"}}}""";

    private final Application application = Application.shared();
    private final Topics topics = new Topics(application.brokers());
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", application.aggregatorPort())
            .usePlaintext()
            .build();
    private final PaymentServiceBlockingStub client = PaymentServiceGrpc.newBlockingStub(channel);

    @AfterEach
    void close() {
        channel.shutdownNow();
        topics.close();
    }

    @Test
    void shouldStreamWhatComesFromATopicThatIsMadeWhileItRuns() throws Exception {
        // Given
        String shop = "shop" + ProcessHandle.current().pid();
        String id = "pay_" + UUID.randomUUID();
        Iterator<PaymentEvent> events = client.withDeadlineAfter(120, TimeUnit.SECONDS)
                .streamPayments(StreamRequest.newBuilder().setProviderName(shop).build());

        // When
        topics.put("payments.raw." + shop, "garbage".getBytes(StandardCharsets.UTF_8), Map.of("ce_id", "garbage-of-" + shop));
        topics.put("payments.raw." + shop, """
                {"id":"%s","provider":"%s","amount":1.234,"currency":"KWD","status":"paid"}""".formatted(id, shop)
                .getBytes(StandardCharsets.UTF_8), Map.of("ce_id", "paid-of-" + shop));
        Payment told = events.next().getPayment();

        // Then
        assertThat(told.getId()).isEqualTo(id);
        assertThat(told.getAmountMinor()).isEqualTo(1234);
        assertThat(told.getStatus()).isEqualTo(PaymentStatus.COMPLETED);
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(topics.read("payments.raw." + shop + ".dlq"))
                .singleElement().satisfies(letter -> assertThat(Topics.header(letter, "payroute-cause")).contains("protobuf")));
    }

    @Test
    void shouldStreamToABrowserThatComesBackWhereItWas() throws Exception {
        // Given
        String shop = "web" + ProcessHandle.current().pid();
        pay(shop, "pay_1");
        pay(shop, "pay_2");
        await().atMost(Application.PATIENCE).untilAsserted(
                () -> assertThat(application.get("/api/v1/aggregator/payments?provider=" + shop).body())
                        .contains("\"total_count\":2"));

        // When
        List<String> first = read(application.request("/api/v1/aggregator/stream?provider=" + shop), 2);
        List<String> again = read(application.request("/api/v1/aggregator/stream?provider=" + shop).header("Last-Event-ID",
                first.get(3).substring("id: ".length())), 2);

        // Then
        assertThat(first.get(1)).isEqualTo("event: begin");
        assertThat(first.get(4)).isEqualTo("event: existing");
        assertThat(first.get(5)).contains("\"id\":\"pay_1\"", "\"amount\":\"1.00\"", "\"amount_minor\":100");
        assertThat(again.get(0)).as("It begins where it was").isEqualTo(first.get(3));
        assertThat(again.get(5)).contains("\"id\":\"pay_2\"");
    }

    private void pay(String provider, String id) throws Exception {
        topics.put("payments.raw", """
                {"id":"%s","provider":"%s","amount":1,"currency":"USD","status":"paid"}""".formatted(id, provider)
                .getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** So many events, each three lines; then the connection is closed. */
    private static List<String> read(HttpRequest.Builder request, int events) throws Exception {
        HttpResponse<Stream<String>> answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofLines());
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        try (Stream<String> lines = answer.body()) {
            return lines.filter(line -> !line.isEmpty() && !line.startsWith(":")).limit(3L * events).toList();
        }
    }

    @Test
    void shouldReadAProvidersOwnEventByTheProvidersFile() throws Exception {
        // Given
        String id = "pi_" + UUID.randomUUID();

        // When
        topics.put("payments.raw.stripe", STRIPE.formatted(id).getBytes(StandardCharsets.UTF_8), Map.of());

        // Then
        await().atMost(Application.PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(client
                .withDeadlineAfter(10, TimeUnit.SECONDS).getPayment(GetPaymentRequest.newBuilder().setPaymentId(id).build())
                .getAmount()).isEqualTo(50.0));
    }
}
