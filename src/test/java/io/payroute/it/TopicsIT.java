package io.payroute.it;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.proto.payment.PaymentRequest;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(300)
class TopicsIT {

    private static final String TOPIC = "payment-topic";

    private final Application application = Application.shared();
    private final Topics topics = new Topics(application.brokers());
    private final String eventId = UUID.randomUUID().toString();
    private final String address = Application.newAddress();

    @AfterEach
    void close() {
        topics.close();
    }

    @Test
    void shouldPayWhatAnotherProducerSendsAsJson() throws Exception {
        // When
        topics.put(TOPIC, json("19.99"), Map.of("ce_id", eventId));

        // Then
        application.awaitMail(address);
        assertThat(application.mails(address)).contains("Subject: Payment of 19.99 USD completed");
        assertThat(application.payment(paymentId()).getLong("amount_minor")).isEqualTo(1999);
    }

    @Test
    void shouldPayWhatAnOldClientSendsAsProtobuf() throws Exception {
        // When
        topics.put(TOPIC, PaymentRequest.newBuilder().setUserId("user-1").setAmount(19.99).setMethod("card").setEmail(address)
                .build().toByteArray(), Map.of("ce_id", eventId, "To", "eve@example.com", "kafka.OVERRIDE_TOPIC", "evil"));

        // Then
        assertThat(application.awaitMail(address)).contains("Subject: Payment of 19.99 USD completed");
        assertThat(application.payment(paymentId()).getString("status")).isEqualTo("completed");
    }

    @Test
    void shouldPayAnEventOnceThatIsSentTwice() throws Exception {
        // Given
        topics.put(TOPIC, json("7"), Map.of("ce_id", eventId));
        application.awaitMail(address);

        // When
        topics.put(TOPIC, json("7"), Map.of("ce_id", eventId));

        // Then
        awaitWhatIsSentBehind();
        assertThat(application.mails(address).split("Subject: ")).hasSize(2);
        assertThat(statusEvents(paymentId())).containsExactly("completed");
    }

    @Test
    void shouldPutGarbageIntoTheDeadLettersAndGoOnBehindIt() throws Exception {
        // When
        topics.put(TOPIC, "garbage".getBytes(StandardCharsets.UTF_8), Map.of("ce_id", eventId));

        // Then
        awaitWhatIsSentBehind();
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(topics.read(TOPIC + ".dlq"))
                .filteredOn(record -> eventId.equals(Topics.header(record, "ce_id"))).singleElement().satisfies(record -> {
                    assertThat(record.value()).isEqualTo("garbage".getBytes(StandardCharsets.UTF_8));
                    assertThat(Topics.header(record, "payroute-cause")).isNotBlank();
                    assertThat(Topics.header(record, "payroute-route")).isEqualTo("payment-decode");
                    assertThat(Topics.header(record, "payroute-attempts")).isEqualTo("1");
                    assertThat(Topics.header(record, "payroute-original-topic")).isEqualTo(TOPIC);
                    assertThat(Topics.header(record, "payroute-original-offset")).matches("\\d+");
                }));
    }

    @Test
    void shouldPayAnEditedDeadLetterOnceHoweverOftenItIsReplayed() throws Exception {
        // Given
        topics.put(TOPIC, "garbage".getBytes(StandardCharsets.UTF_8), Map.of("ce_id", eventId));
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(deadLetter()).isNotNull());
        String letter = "/api/v1/dead-letters/payment/" + deadLetter().getLong("id");
        HttpResponse<String> edited = application.send(application.request(letter).header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(json("8.50"))));
        assertThat(edited.statusCode()).as(edited.body()).isEqualTo(200);
        long id = new JsonObject(edited.body()).getJsonObject("dead_letter").getLong("id");

        // When
        replay(id);

        // Then
        assertThat(application.awaitMail(address)).contains("Subject: Payment of 8.50 USD completed");
        replay(id);
        awaitWhatIsSentBehind();
        assertThat(application.mails(address).split("Subject: ")).hasSize(2);
        assertThat(statusEvents(paymentId())).containsExactly("completed");
    }

    @Test
    void shouldTellNobodyOfAPaymentThatDoesNotExist() throws Exception {
        // Given
        byte[] forged = PaymentStatusUpdated.newBuilder().setPaymentId(UUID.randomUUID().toString()).setUserId("user-1")
                .setEmail(address).setAmountMinor(99_999_900).setCurrency("USD").setStatus("completed").setMethod("card")
                .setPreviousStatus("processing").build().toByteArray();

        // When
        topics.put("payment.status-updated", forged, Map.of("ce_id", eventId, "ce_source", "/payroute", "ce_type",
                "io.payroute.payment.status-updated"));

        // Then
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(topics.read("payment.status-updated.dlq"))
                .filteredOn(record -> Arrays.equals(forged, record.value())).isNotEmpty()
                .noneMatch(record -> eventId.equals(Topics.header(record, "ce_id")))
                .allSatisfy(record -> assertThat(Topics.header(record, "payroute-cause")).contains("never wrote this event")));
        awaitWhatIsSentBehind();
        assertThat(application.mails(address)).doesNotContain("Subject: ");
    }

    @Test
    void shouldMakeNoPaymentOfAnIdThatCannotBeRead() throws Exception {
        // Given
        for (String id : List.of("\u00ff" + eventId, "\u00fe" + eventId, "\u00ff" + eventId)) {

            // When
            topics.put(TOPIC, json("3"), Map.of("ce_id", id));
        }

        // Then
        awaitWhatIsSentBehind();
        assertThat(application.mails(address)).doesNotContain("Subject: ");
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(topics.read(TOPIC + ".dlq"))
                .filteredOn(record -> new String(record.value(), StandardCharsets.UTF_8).contains(address)).hasSize(3));
    }

    private void replay(long id) throws Exception {
        HttpResponse<String> replayed = application.send(application.request("/api/v1/dead-letters/payment/replay")
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"ids\":[" + id + "]}")));
        assertThat(replayed.statusCode()).as(replayed.body()).isEqualTo(200);
        assertThat(new JsonObject(replayed.body()).getInteger("replayed")).isEqualTo(1);
    }

    private JsonObject deadLetter() throws Exception {
        return new JsonObject(application.get("/api/v1/dead-letters/payment?source=" + TOPIC).body())
                .getJsonArray("dead_letters").stream().map(JsonObject.class::cast)
                .filter(letter -> letter.getString("event_id").equals(eventId)).findFirst().orElse(null);
    }

    /** Same key, so same partition: when this is told, everything sent before it was handled. */
    private void awaitWhatIsSentBehind() throws Exception {
        String behind = Application.newAddress();
        topics.put(TOPIC, json("1", behind), Map.of());
        application.awaitMail(behind);
    }

    private List<String> statusEvents(String id) {
        return topics.read("payment.status-updated").stream().map(TopicsIT::status)
                .filter(event -> event.getPaymentId().equals(id)).map(PaymentStatusUpdated::getStatus).toList();
    }

    private static PaymentStatusUpdated status(ConsumerRecord<byte[], byte[]> record) {
        try {
            return PaymentStatusUpdated.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A foreign payment's id follows from its event's id. */
    private String paymentId() {
        return UUID.nameUUIDFromBytes(("payment:" + eventId).getBytes(StandardCharsets.UTF_8)).toString();
    }

    private byte[] json(String amount) {
        return json(amount, address);
    }

    private static byte[] json(String amount, String address) {
        return ("{\"userId\":\"user-1\",\"amount\":" + amount + ",\"method\":\"card\",\"email\":\"" + address + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
