package io.payroute.it;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.payroute.proto.payment.Payment;
import io.payroute.proto.payment.PaymentEvent;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.payment.PaymentStatus;
import io.payroute.proto.payment.StreamRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** The packaged application with a folder of its team's own: nothing is built, and nothing but the folder is named. */
@Timeout(300)
class FolderIT {

    private static Application application;

    @BeforeAll
    static void start() {
        application = Application.of("folder", "-Dpayroute.config=src/test/resources/folder", "-Drole.aggregator=true");
    }

    @AfterAll
    static void stop() {
        application.stop();
    }

    @Test
    void shouldReplaceARoute() throws Exception {
        assertThat(application.get("/health").body()).isEqualTo("healthy, says the folder");
    }

    @Test
    void shouldAddARouteAndReplaceAndAddKamelets() throws Exception {
        assertThat(application.get("/hello").body()).isEqualTo("Hello from the folder, sms-sink of the folder");
    }

    @Test
    void shouldReplaceProviderRulesAndAMail() throws Exception {
        // Given
        String address = Application.newAddress();

        // When
        String payment = application
                .accepted("{\"userId\":\"u\",\"amount\":5,\"method\":\"card\",\"email\":\"" + address + "\"}");

        // Then
        assertThat(application.awaitMail(address)).contains("A mail of the folder about 5.00 USD.");
        assertThat(application.get("/api/v1/payments/" + payment + "/events").body()).contains("rule-of-the-folder");
    }

    /** One file in the folder, no Java, nothing built; from its own topic to a client that watches. */
    @Test
    void shouldStreamPaymentsOfAProviderThatTheFolderAloneKnows() throws Exception {
        // Given
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", application.aggregatorPort()).usePlaintext()
                .build();
        try (Topics topics = new Topics(application.brokers())) {
            Iterator<PaymentEvent> events = PaymentServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(120, TimeUnit.SECONDS)
                    .streamPayments(StreamRequest.newBuilder().setProviderName("kiosk").build());

            // When
            topics.put("payments.raw.kiosk", """
                    {"no":"k1","what":"SOLD","receipt":"R7","sum":"1.234","money":"KWD","at":"2026-01-02T03:04:05Z"}"""
                    .getBytes(StandardCharsets.UTF_8), Map.of());
            topics.put("payments.raw.kiosk", """
                    {"no":"k2","what":"TAKEN_BACK","receipt":"R7","sum":"1.234","money":"KWD","at":"2026-01-02T03:04:06Z"}"""
                    .getBytes(StandardCharsets.UTF_8), Map.of());

            // Then
            assertThat(List.of(events.next().getPayment(), events.next().getPayment()))
                    .extracting(Payment::getId, Payment::getStatus, Payment::getAmountMinor, Payment::getRefundedMinor,
                            Payment::getCreatedAt)
                    .containsExactly(tuple("R7", PaymentStatus.COMPLETED, 1234L, 0L, 1767323045L),
                            tuple("R7", PaymentStatus.REFUNDED, 1234L, 1234L, 1767323045L));
        } finally {
            channel.shutdownNow();
        }
    }

    /** The port in the folder's file would be refused, and is not that of the command. */
    @Test
    void shouldReplaceAKeyAndLetSystemPropertiesGoFirst() throws Exception {
        // When
        int status = application.pay("{\"userId\":\"u\",\"amount\":5,\"method\":\"" + "x".repeat(3_000) + "\"}").statusCode();

        // Then
        assertThat(status).isEqualTo(413);
    }

    @Test
    void shouldStartNothingAndSayEverythingThatIsWrongWithTheFolder() throws Exception {
        // Given
        Application broken = Application.configured("broken", "-Dpayroute.config=src/test/resources/broken");

        // When
        String said = broken.refusal();

        // Then
        assertThat(said)
                .contains("The configuration is wrong, nothing was started", "payment.charge.leese is no key of Payroute")
                .doesNotContain("Starting embedded");
        assertThat(said).contains(Files.readString(Path.of("src/test/resources/broken.txt")).lines()
                .filter(line -> !line.contains("application.properties")).toList());
        assertThat(broken.data()).doesNotExist();
    }

    @Test
    void shouldStartNothingWhenTheFolderThatIsNamedIsNotThere() throws Exception {
        // Given
        Application misled = Application.configured("misled", "-Dpayroute.config=target/not-there");

        // When
        String said = misled.refusal();

        // Then
        assertThat(said).contains("payroute.config (PAYROUTE_CONFIG) names no folder that is there")
                .doesNotContain("Starting embedded");
        assertThat(misled.data()).doesNotExist();
    }
}
