package io.payroute.payment.webhook.delivery;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.payroute.payment.webhook.TestWebhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ClaimDeliveriesTest extends DeliveryRoute {

    @Test
    void shouldSendAgainWhatADeadProcessHadClaimed() throws Exception {
        // Given
        UUID delivery = delivery();
        queue.claim(claim(60));
        dispatch();
        int during = receiver.requests.size();
        database.execute("UPDATE webhook_delivery SET due_at = now()");

        // When
        dispatch();

        // Then
        assertThat(during).isZero();
        assertThat(receiver.requests).singleElement()
                .satisfies(request -> assertThat(request.headers()).containsEntry("webhook-id", delivery.toString()));
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
    }

    @Test
    void shouldLetAWorkerThatLostItsLeaseSayOnlyThatItDelivered() throws Exception {
        // Given
        UUID delivery = delivery();
        DueDelivery first = queue.claim(claim(0)).get(0);
        queue.claim(claim(60));

        // When
        queue.finish(result(first, DeliveryResult.Outcome.FAILED)).toCompletableFuture().get();
        String afterFailure = state(delivery);
        queue.finish(result(first, DeliveryResult.Outcome.DELIVERED)).toCompletableFuture().get();

        // Then
        assertThat(afterFailure).isEqualTo("pending 0 0");
        assertThat(state(delivery)).isEqualTo("delivered 1 1");
    }

    @Test
    void shouldLetASlowEndpointDelayNobodyElse() throws Exception {
        // Given
        receiver.hangs();
        IntStream.range(0, 20).forEach(i -> delivery());
        try (Receiver quick = new Receiver()) {
            UUID other = TestWebhooks.endpoint(database, quick.url(), secret);
            IntStream.range(0, 4).forEach(i -> TestWebhooks.delivery(database, other));

            // When
            context.getRouteController().startRoute(DELIVER);
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(quick.requests).hasSize(4));

            // Then
            assertThat(receiver.requests).hasSize(SETTINGS.inFlightPerEndpoint());
        }
    }

    @Test
    void shouldShareTheWorkBetweenProcesses() throws Exception {
        // Given
        IntStream.range(0, 60).forEach(i -> delivery());
        List<DeliveryQueue> processes = List.of(queue, queue(), queue());

        // When
        List<DueDelivery> claimed = processes.parallelStream().flatMap(one -> claimed(one).stream()).toList();

        // Then
        assertThat(claimed).extracting(DueDelivery::id).doesNotHaveDuplicates().hasSize(60);
        processes.stream().skip(1).forEach(DeliveryQueue::close);
    }

    @Test
    void shouldFinishWhatItSendsAndTakeNothingMoreWhenItStops() throws Exception {
        // Given
        IntStream.range(0, 200).forEach(i -> delivery());
        context.getRouteController().startRoute(DELIVER);
        await().untilAsserted(() -> assertThat(receiver.requests).isNotEmpty());

        // When
        context.getRouteController().stopRoute(DELIVER);

        // Then
        assertThat(database.value("SELECT count(*) FROM webhook_delivery WHERE status = 'pending' AND due_at > now()"))
                .isEqualTo("0");
        assertThat(database.value("SELECT count(*) FROM webhook_delivery WHERE status = 'delivered'"))
                .isEqualTo(String.valueOf(receiver.requests.size())).isNotEqualTo("200");
    }
}
