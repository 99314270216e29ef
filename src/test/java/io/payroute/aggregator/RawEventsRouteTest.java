package io.payroute.aggregator;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.aggregator.feed.FeedEvents;
import io.payroute.payment.UnavailableDataSource;
import io.payroute.proto.payment.Payment;
import io.payroute.proto.payment.PaymentStatus;
import io.payroute.proto.payment.Provider;
import io.payroute.testing.TestDatabase;

import static io.payroute.aggregator.AggregatorBed.generic;
import static org.assertj.core.api.Assertions.assertThat;

class RawEventsRouteTest {

    private static final String INTENT = """
            {"id":"evt_%s","type":"payment_intent.%s","created":1767323045,"data":{"object":{"id":"pi_1","object":"payment_intent",
             "amount":%s,"amount_received":%s,"currency":"%s","receipt_email":"ada@example.com","metadata":{"order":"7"}}}}""";
    private static final String REFUND = """
            {"id":"evt_%s","type":"refund.created","created":1767323099,"data":{"object":{"id":"%s","object":"refund","amount":%s,
             "currency":"usd","payment_intent":"pi_1","status":"succeeded"}}}""";

    private static TestDatabase database;
    private static AggregatorBed bed;

    @BeforeAll
    static void start() throws Exception {
        database = TestDatabase.create(AggregatorRole.NAME);
        bed = new AggregatorBed(AggregatorBed.store(database));
    }

    @BeforeEach
    void clear() {
        database.clear();
        bed.dead.clear();
        bed.commits.set(0);
        bed.told.set(0);
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void shouldKeepABatchOfSeveralTopicsAndCommitEachPartitionOnce() {
        // When
        Exchange batch = bed.consume("payments.raw", generic("pay_1", "Razorpay", "50.00", "INR", "captured"),
                "payments.raw.stripe", INTENT.formatted(1, "succeeded", 15000, 15000, "usd"),
                "payments.raw.stripe", INTENT.formatted(2, "created", 15000, 0, "usd"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(bed.dead).isEmpty();
        assertThat(payments()).containsExactly("pay_1 razorpay completed 5000 INR payments.raw",
                "pi_1 stripe completed 15000 USD payments.raw.stripe");
        assertThat(database.rows("SELECT seq, payment_id, kind, effect FROM payment_event ORDER BY seq")).containsExactly(
                "1 pay_1 captured applied", "2 pi_1 payment_intent.succeeded applied",
                "3 pi_1 payment_intent.created no_effect");
        assertThat(database.rows("SELECT provider, status, total FROM payment_total ORDER BY provider"))
                .containsExactly("razorpay completed 1", "stripe completed 1");
        assertThat(database.rows("SELECT topic, count(*) FROM outbox GROUP BY topic")).containsExactly("payments.normalized 2");
        assertThat(bed.commits).hasValue(2);
        assertThat(bed.told).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "payments.raw|not json|the value is neither JSON nor the protobuf message payment.Payment",
            "payments.raw|{\"id\":|the value is not one JSON object",
            "payments.raw|{\"hello\":1}|no route reads events of topic payments.raw",
            "payments.raw.nobody|{\"hello\":1}|no route reads events of topic payments.raw.nobody",
            "payments.raw.stripe|{\"id\":\"evt_9\",\"type\":\"x.y\"}|says nothing of events of type x.y",
            "payments.raw.stripe|{\"hello\":1}|the event has no type",
            "payments.raw.stripe|{\"id\":\"a\",\"provider\":\"p\",\"amount\":1,\"currency\":\"USD\",\"status\":\"paid\"}|of stripe alone",
            "payments.raw|{\"id\":\"a\",\"provider\":\"p\",\"amount\":1.001,\"currency\":\"USD\",\"status\":\"paid\"}|more decimals",
            "payments.raw|{\"id\":\"a\",\"provider\":\"p\",\"amount\":-1,\"currency\":\"USD\",\"status\":\"paid\"}|plain number",
            "payments.raw|{\"id\":\"a\",\"provider\":\"p\",\"amount\":1,\"currency\":\"ZZZ\",\"status\":\"paid\"}|ISO 4217",
            "payments.raw|{\"id\":\"a\",\"provider\":\"p\",\"amount\":1,\"currency\":\"USD\",\"status\":\"odd\"}|status must be one of",
            "payments.raw|{\"id\":\"a\",\"provider\":\"P Q\",\"amount\":1,\"currency\":\"USD\",\"status\":\"paid\"}|provider must be"})
    void shouldMakeADeadLetterOfWhatCannotBeReadWhileTheOthersGoOn(String topic, String value, String cause) {
        // When
        Exchange batch = bed.consume("payments.raw", generic("pay_1", "p", "1", "USD", "paid"), topic, value, "payments.raw",
                generic("pay_2", "p", "2", "USD", "paid"));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(payments()).containsExactly("pay_1 p completed 100 USD payments.raw",
                "pay_2 p completed 200 USD payments.raw");
        assertThat(bed.dead).singleElement().satisfies(letter -> {
            assertThat(letter.cause()).contains(cause);
            assertThat(letter.source()).isEqualTo(topic);
            assertThat(letter.attempts()).isEqualTo(1);
        });
    }

    @Test
    void shouldReadEveryEventThatTheFeedSends() throws Exception {
        // Given
        FeedEvents feed = new FeedEvents(FeedEvents.PROVIDERS, 0, 42);
        List<Exchange> records = Stream.generate(feed::next).limit(600).map(event -> bed.record(event.topic(), event.value()))
                .toList();

        // When
        bed.consume(records);

        // Then
        assertThat(bed.dead).isEmpty();
        assertThat(database.rows("SELECT DISTINCT provider, status FROM payment ORDER BY 1, 2")).contains("acme completed",
                "adyen completed", "paypal completed", "razorpay completed", "sandbox completed", "stripe completed",
                "stripe pending", "stripe refunded");
        assertThat(database.value("SELECT count(*) FROM payment_event WHERE effect <> 'applied'")).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"150.00,USD,15000", "150,USD,15000", "1500,JPY,1500", "1.234,KWD,1234", "100,UGX,100"})
    void shouldTakeMajorUnitsByTheCurrencysDecimals(String amount, String currency, long minor) {
        // When
        bed.consume("payments.raw", generic("pay_1", "p", amount, currency, "paid"));

        // Then
        assertThat(database.value("SELECT amount_minor FROM payment")).isEqualTo(Long.toString(minor));
    }

    @Test
    void shouldTakeMinorUnitsWhereTheyAreDeclared() {
        // When
        bed.consume("payments.raw", generic("pay_1", "minorpay", "1234", "KWD", "paid"), "payments.raw.stripe",
                INTENT.formatted(1, "succeeded", 10000, 10000, "ugx"));

        // Then
        assertThat(payments()).containsExactly("pay_1 minorpay completed 1234 KWD payments.raw",
                "pi_1 stripe completed 100 UGX payments.raw.stripe");
    }

    @Test
    void shouldReadTheMessageOfTheContractToo() {
        // Given
        Payment message = Payment.newBuilder().setId("pay_1").setProvider(Provider.PAYPAL).setAmount(19.99).setCurrency("USD")
                .setStatus(PaymentStatus.COMPLETED).setCreatedAt(1767323045).putMetadata("order", "7").build();

        // When
        bed.consume(List.of(bed.record("payments.raw", message.toByteArray())));

        // Then
        assertThat(payments()).containsExactly("pay_1 paypal completed 1999 USD payments.raw");
    }

    @Test
    void shouldSayWhatIsKnownOnTheTopicOfNormalizedPayments() throws Exception {
        // When
        bed.consume("payments.raw", generic("pay_1", "razorpay", "50.00", "INR", "captured"));

        // Then
        Payment told = Payment.parseFrom(payload());
        assertThat(told.getId()).isEqualTo("pay_1");
        assertThat(told.getProvider()).isEqualTo(Provider.RAZORPAY);
        assertThat(told.getAmount()).isEqualTo(50.0);
        assertThat(told.getAmountMinor()).isEqualTo(5000);
        assertThat(told.getStatus()).isEqualTo(PaymentStatus.COMPLETED);
        assertThat(told.getCustomerEmail()).isEqualTo("ada@example.com");
        assertThat(told.getCreatedAt()).isEqualTo(1767323045);
        assertThat(told.getMetadataMap()).containsEntry("order", "7").containsEntry("shop", "north");
    }

    @Test
    void shouldCountEachRefundOnceUntilAllIsRefunded() {
        // Given
        bed.consume("payments.raw.stripe", INTENT.formatted(1, "succeeded", 5000, 5000, "usd"));

        // When
        bed.consume("payments.raw.stripe", REFUND.formatted(2, "re_1", 2000), "payments.raw.stripe",
                REFUND.formatted(3, "re_1", 2000));
        String partly = database.value("SELECT status FROM payment");
        bed.consume("payments.raw.stripe", REFUND.formatted(4, "re_2", 3000));

        // Then
        assertThat(partly).isEqualTo("completed");
        assertThat(database.value("SELECT status FROM payment")).isEqualTo("refunded");
        assertThat(database.rows("SELECT effect FROM payment_event ORDER BY seq")).containsExactly("applied", "applied",
                "no_effect",
                "applied");
        assertThat(database.rows("SELECT status, total FROM payment_total WHERE total > 0")).containsExactly("refunded 1");
    }

    @Test
    void shouldChangeNothingWhenABatchComesAgain() {
        // Given
        String[] batch = {"payments.raw", generic("pay_1", "p", "1", "USD", "paid"), "payments.raw",
                generic("pay_2", "p", "2", "USD", "failed")};
        bed.consume(batch);
        List<String> before = payments();

        // When
        bed.consume(batch);

        // Then
        assertThat(payments()).isEqualTo(before);
        assertThat(database.rows("SELECT effect, count(*) FROM payment_event GROUP BY effect ORDER BY effect"))
                .containsExactly("applied 2", "no_effect 2");
        assertThat(database.count("outbox")).isEqualTo(2);
    }

    @Test
    void shouldPutWhatTheDatabaseRefusesForEverIntoTheDeadLettersAlone() {
        // Given
        database.execute("ALTER TABLE payment ADD CONSTRAINT refused CHECK (payment_id <> 'pay_2')");

        // When
        bed.consume("payments.raw", generic("pay_1", "p", "1", "USD", "paid"), "payments.raw",
                generic("pay_2", "p", "1", "USD", "paid"), "payments.raw", generic("pay_3", "p", "1", "USD", "paid"));
        database.execute("ALTER TABLE payment DROP CONSTRAINT refused");

        // Then
        assertThat(database.rows("SELECT payment_id FROM payment ORDER BY 1")).containsExactly("pay_1", "pay_3");
        assertThat(bed.dead).singleElement()
                .satisfies(letter -> assertThat(new String(letter.payload())).contains("pay_2"));
    }

    @Test
    void shouldCommitNothingWithoutADatabase() throws Exception {
        // Given
        try (AggregatorBed without = new AggregatorBed(
                new StoreEvents(new UnavailableDataSource(), AggregatorBed.NORMALIZED))) {
            // When
            Exchange batch = without.consume("payments.raw", generic("pay_1", "p", "1", "USD", "paid"));

            // Then
            assertThat(batch.getException()).isInstanceOf(SQLException.class);
            assertThat(without.commits).hasValue(0);
            assertThat(without.dead).isEmpty();
        }
    }

    private static byte[] payload() {
        return java.util.HexFormat.of().parseHex(database.value("SELECT encode(payload, 'hex') FROM outbox"));
    }

    private static List<String> payments() {
        return database
                .rows("SELECT payment_id, provider, status, amount_minor, currency, topic FROM payment ORDER BY payment_id");
    }
}
