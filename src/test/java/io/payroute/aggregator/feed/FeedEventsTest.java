package io.payroute.aggregator.feed;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;

class FeedEventsTest {

    private static final int MANY = 3_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldFillEachPlaceOfEveryProvidersEvents() throws IOException {
        // Given
        FeedEvents events = new FeedEvents(FeedEvents.PROVIDERS, 0, 42);
        Set<String> topics = new HashSet<>();

        // When
        for (int i = 0; i < MANY; i++) {
            FeedEvents.Event event = events.next();
            topics.add(event.topic());

            // Then
            assertThat(JSON.readTree(event.value()).isObject()).isTrue();
            assertThat(new String(event.value())).doesNotContain("${").contains(event.key());
        }
        assertThat(topics).hasSize(FeedEvents.PROVIDERS.size()).contains("payments.raw", "payments.raw.adyen");
    }

    @Test
    void shouldTellOfAPaymentInTheOrderOfItsLife() throws IOException {
        // Given
        FeedEvents events = new FeedEvents(List.of("stripe"), 0, 42);
        Map<String, String> last = new HashMap<>();
        List<String> order = List.of("", "payment_intent.created", "payment_intent.succeeded", "refund.created");

        // When
        for (int i = 0; i < MANY; i++) {
            FeedEvents.Event event = events.next();
            JsonNode body = JSON.readTree(event.value());
            String before = last.put(event.key(), body.get("type").asText());

            // Then
            assertThat(order.indexOf(body.get("type").asText())).isEqualTo(order.indexOf(before == null ? "" : before) + 1);
            assertThat(body.at("/data/object/amount").isIntegralNumber()).isTrue();
        }
        assertThat(last.values()).contains("refund.created");
    }

    @Test
    void shouldMixInWhatIsNoEvent() {
        // Given
        FeedEvents events = new FeedEvents(FeedEvents.PROVIDERS, 10, 42);
        int garbage = 0;

        // When
        for (int i = 0; i < MANY; i++) {
            garbage += events.next().key().startsWith("garbage-") ? 1 : 0;
        }

        // Then
        assertThat(garbage).isBetween(MANY / 20, MANY / 5);
    }
}
