package io.payroute.payment.accept;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jackson.JacksonDataFormat;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.money.Money;
import io.payroute.payment.PaymentEvents;
import io.payroute.payment.PaymentFormats;
import io.payroute.payment.TestPayments;
import io.payroute.payment.routing.ProviderRoutes;
import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;
import io.payroute.platform.Transient;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class DecodeSubmittedTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Exchange exchange = new DefaultExchange(context);
    private final DecodeSubmitted decode = new DecodeSubmitted(new ProviderRoutes(context));
    private final JacksonDataFormat format = new PaymentFormats().json();

    @BeforeEach
    void start() {
        exchange.setMessage(TestBatches.record("event-1"));
        format.setCamelContext(context);
        format.start();
        context.start();
    }

    @AfterEach
    void stop() {
        format.stop();
        context.stop();
    }

    @Test
    void shouldReadOurOwnEvent() throws Exception {
        // Given
        var instruction = TestPayments.instruction();
        PaymentRequest event = PaymentRequest.parseFrom(PaymentEvents.submitted("topic", instruction).payload());

        // When
        RecordPayments.Submitted submitted = decode.protobuf(event, exchange);

        // Then
        assertThat(submitted.instruction()).isEqualTo(instruction);
        assertThat(submitted.eventId()).isEqualTo("event-1");
    }

    @Test
    void shouldRefuseWithdrawnMoneyButKeepAPaymentThatWasAccepted() throws Exception {
        // Given
        PaymentRequest lev = PaymentRequest.newBuilder().setUserId("user-1").setAmountMinor(500).setCurrency("BGN")
                .setMethod("card").build();
        PaymentRequest accepted = lev.toBuilder().setPaymentId(UUID.randomUUID().toString()).build();

        // When
        Refusal refused = catchThrowableOfType(Refusal.class,
                () -> decode.protobuf(lev, exchange));

        // Then
        assertThat(refused.errors()).extracting(FieldError::field).containsExactly("currency");
        assertThat(decode.protobuf(accepted, exchange).instruction().money()).isEqualTo(new Money(500, "BGN"));
    }

    @Test
    void shouldReadWhatAProducerRequestsBeyondACharge() throws Exception {
        // Given
        context.addRoutes(provider("provider-sandbox"));
        PaymentRequest requested = PaymentRequest.newBuilder().setUserId("user-1").setAmount(5).setMethod("card")
                .setProvider("sandbox").setAuthorizeOnly(true).build();

        // When
        RecordPayments.Submitted submitted = decode.protobuf(requested, exchange);

        // Then
        assertThat(submitted.instruction().provider()).isEqualTo("sandbox");
        assertThat(submitted.instruction().capture()).isFalse();
    }

    @Test
    void shouldRefuseAProviderThatDoesNotExist() throws Exception {
        // Given
        context.addRoutes(provider("provider-sandbox"));
        PaymentRequest requested = PaymentRequest.newBuilder().setUserId("user-1").setAmount(5).setMethod("card")
                .setProvider("nobody").build();

        // When
        Refusal problem = catchThrowableOfType(Refusal.class,
                () -> decode.protobuf(requested, exchange));

        // Then
        assertThat(problem.errors()).extracting(FieldError::rule).containsExactly("unknown_provider");
    }

    private static RouteBuilder provider(String id) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + id).routeId(id).log("called");
            }
        };
    }

    @Test
    void shouldReadTheDoubleOfAnOldClientExactly() {
        // Given
        PaymentRequest old = PaymentRequest.newBuilder().setUserId("user-1").setAmount(19.99).setMethod("card").build();

        // When
        RecordPayments.Submitted submitted = decode.protobuf(old, exchange);

        // Then
        assertThat(submitted.instruction().money()).isEqualTo(new Money(1999, "USD"));
    }

    @Test
    void shouldReadEveryAmountOfAnOldClientExactly() {
        Seeded.check(5_000, random -> {
            // Given
            long minor = 1 + random.nextLong(Money.MAX_MINOR);
            String currency = new String[]{"USD", "JPY", "KWD"}[random.nextInt(3)];
            PaymentRequest old = PaymentRequest.newBuilder().setUserId("user-1").setMethod("card").setCurrency(currency)
                    .setAmount(new Money(minor, currency).majorAsDouble()).build();

            // When
            RecordPayments.Submitted submitted = decode.protobuf(old, exchange);

            // Then
            assertThat(submitted.instruction().money()).isEqualTo(new Money(minor, currency));
        });
    }

    @ParameterizedTest
    @CsvSource({"1.0,999900,USD", "49.99,4999,JPY", "49.990001,4999,USD", "-49.99,4999,USD", "NaN,4999,USD"})
    void shouldRefuseTwoAmountsThatDiffer(double amount, long minor, String currency) {
        // Given
        PaymentRequest both = PaymentRequest.newBuilder().setUserId("user-1").setAmount(amount).setAmountMinor(minor)
                .setCurrency(currency).setMethod("card").build();

        // When
        Refusal problem = catchThrowableOfType(Refusal.class, () -> decode.protobuf(both, exchange));

        // Then
        assertThat(problem.errors()).extracting(FieldError::rule).containsExactly("amount_ambiguous");
    }

    @Test
    void shouldTakeAnAmountInMinorUnitsAlone() {
        // Given
        PaymentRequest both = PaymentRequest.newBuilder().setUserId("user-1").setAmountMinor(4999)
                .setCurrency("JPY").setMethod("card").build();

        // When
        RecordPayments.Submitted submitted = decode.protobuf(both, exchange);

        // Then
        assertThat(submitted.instruction().money()).isEqualTo(new Money(4999, "JPY"));
    }

    @Test
    void shouldGiveAForeignEventTheSamePaymentEveryTime() throws Exception {
        // When
        UUID first = json("{\"userId\":\"u\",\"amount\":1,\"method\":\"card\"}", "event-1").instruction().paymentId();
        UUID again = json("{\"userId\":\"u\",\"amount\":1,\"method\":\"card\"}", "event-1").instruction().paymentId();
        UUID other = json("{\"userId\":\"u\",\"amount\":1,\"method\":\"card\"}", "event-2").instruction().paymentId();

        // Then
        assertThat(again).isEqualTo(first).isNotEqualTo(other);
    }

    @ParameterizedTest
    @CsvSource({"49.99,USD,4999", "'\"49.99\"',USD,4999", "1e3,USD,100000", "100.00,USD,10000", "0.01,USD,1", "4999,JPY,4999",
            "4.999,KWD,4999", "9007199254.74,USD,900719925474"})
    void shouldReadJsonAmountsExactly(String amount, String currency, long minor) throws Exception {
        // When
        Money money = json("{\"userId\":\"u\",\"amount\":%s,\"currency\":\"%s\",\"method\":\"card\"}".formatted(amount,
                currency), "event-1").instruction().money();

        // Then
        assertThat(money).isEqualTo(new Money(minor, currency));
    }

    @Test
    void shouldReadEveryJsonAmountExactly() {
        Seeded.check(2_000, random -> {
            // Given
            long minor = 1 + random.nextLong(Money.MAX_MINOR);
            String amount = BigDecimal.valueOf(minor, 2).toPlainString();

            // When
            Money money = unchecked("{\"userId\":\"u\",\"amount\":" + amount + ",\"method\":\"card\"}").instruction().money();

            // Then
            assertThat(money).isEqualTo(new Money(minor, "USD"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "1e400", "1e999999999", "49.999", "true", "null", "{}", "[]", "\"NaN\"", "\"\"",
            "\"0x10\""})
    void shouldNameABadAmount(String amount) {
        // When
        Refusal problem = catchThrowableOfType(Refusal.class,
                () -> json("{\"userId\":\"u\",\"amount\":" + amount + ",\"method\":\"card\"}", "event-1"));

        // Then
        assertThat(problem.errors()).extracting(FieldError::field).containsExactly("amount");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"userId\":\"u\",\"userId\":\"v\",\"amount\":1,\"method\":\"card\"}", "{\"userId\":\"u\"",
            "{} {}",
            "{\"userId\":\"u\",\"amount\":1,\"method\":\"card\"} x", "[]", "1",
            "{\"userId\":7,\"amount\":1,\"method\":\"card\"}",
            "{\"userId\":\"u\",\"amount\":1,\"method\":\"card\",\"ammount\":2}", "{\"userId\":\"u\",\"amount\":NaN}",
            "{\"userId\":\"u\",\"amount\":1e99999999999,\"method\":\"card\"}", "",
            "{\"userId\":\"u\",\"amount\":1,\"method\":\"card\",\"payment_id\":\"x\"}",
            "{\"userId\":\"u\\ud83d\",\"amount\":1,\"method\":\"card\"}",
            "{\"userId\":\"u\",\"amount\":1,\"method\":\"card\",\"description\":\"\\udc00\"}"})
    void shouldRefuseForGoodWhatIsNotAPayment(String text) {
        // When
        Throwable failure = catchThrowable(() -> json(text, "event-1"));

        // Then
        assertThat(failure).isNotNull();
        assertThat(Transient.is(failure)).as("%s", failure).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "1-1-1-1-1", "{01a1fd0a-86d0-7b39-ba2f-cb7a80857d35}"})
    void shouldRefuseAPaymentIdThatIsNone(String id) {
        // Given
        PaymentRequest event = PaymentRequest.newBuilder().setPaymentId(id).setUserId("u").setAmountMinor(1).setMethod("card")
                .build();

        // When
        assertThatThrownBy(() -> decode.protobuf(event, exchange))

                // Then
                .isInstanceOf(Refusal.class).hasMessageContaining("payment_id");
    }

    private RecordPayments.Submitted unchecked(String text) {
        try {
            return json(text, "event-1");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private RecordPayments.Submitted json(String text, String eventId) throws Exception {
        exchange.getMessage().setBody(text.getBytes(StandardCharsets.UTF_8));
        JsonNode node = (JsonNode) format.unmarshal(exchange, (Object) text.getBytes(StandardCharsets.UTF_8));
        exchange.setMessage(TestBatches.record(eventId));
        return decode.json(node, exchange);
    }
}
