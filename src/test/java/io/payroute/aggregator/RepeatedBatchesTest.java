package io.payroute.aggregator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

import io.payroute.platform.outbox.DeadLetters;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that is killed leaves a batch that was not committed, or one whose offsets were not: both are read again. Whatever batches
 * come again, every good event has its effect once, and what is garbage is a dead letter once.
 */
class RepeatedBatchesTest {

    private static final int TOPICS = 50;
    private static final int EVENTS = 1_500;

    @Test
    void shouldKeepEachEventOnceWhicheverBatchesComeAgain() throws Exception {
        // Given
        TestDatabase database = TestDatabase.create(AggregatorRole.NAME);
        DeadLetters letters = new DeadLetters(AggregatorRole.NAME, database.dataSource());
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("test.seed=" + seed);
        Random random = new Random(seed);
        try (AggregatorBed bed = new AggregatorBed(AggregatorBed.store(database))) {
            List<Exchange> records = new ArrayList<>();
            int garbage = 0;
            for (int i = 0; i < EVENTS; i++) {
                boolean bad = random.nextInt(100) == 0;
                garbage += bad ? 1 : 0;
                String value = bad
                        ? "{garbage " + i
                        : AggregatorBed.generic("pay_" + i / 2, "p", "1.00", "USD", i % 2 == 0 ? "pending" : "paid");
                records.add(bed.record("payments.raw.t" + i % TOPICS, value.getBytes(StandardCharsets.UTF_8)));
            }

            // When
            for (int from = 0; from < EVENTS; from += 300) {
                List<Exchange> batch = records.subList(from, from + 300);
                for (int times = random.nextInt(3); times >= 0; times--) {
                    assertThat(bed.consume(batch).getException()).isNull();
                    letters.store(bed.dead);
                    bed.dead.clear();
                }
            }

            // Then
            assertThat(database.count("dead_letter")).isEqualTo(garbage);
            assertThat(database.value("SELECT count(*) FROM outbox WHERE topic = 'payments.normalized'"))
                    .isEqualTo(Integer.toString(EVENTS - garbage));
            assertThat(database.value("SELECT sum(total) FROM payment_total"))
                    .isEqualTo(Integer.toString(database.count("payment")));
            assertThat(
                    database.rows("SELECT payment_id FROM payment_event WHERE effect = 'applied' GROUP BY payment_id, status "
                            + "HAVING count(*) > 1"))
                    .isEmpty();
            assertThat(database.value("SELECT count(*) FROM payment_event WHERE effect = 'applied'"))
                    .isEqualTo(Integer.toString(EVENTS - garbage));
            assertThat(database.value("SELECT last FROM position"))
                    .isEqualTo(database.value("SELECT max(seq) FROM payment_event"));
        }
    }
}
