package io.payroute.platform.config;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.payroute.platform.config.Preparations.Task;
import io.payroute.testing.Beans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PreparedStartTest {

    private final CountDownLatch begun = new CountDownLatch(2);

    @Test
    void shouldPrepareSideBySideAndWaitForAll() throws Exception {
        // Given
        CountDownLatch ended = new CountDownLatch(2);
        Task meeting = () -> {
            begun.countDown();
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            ended.countDown();
        };
        PreparedStart start = new PreparedStart(new Beans<>(List.of(() -> List.of(meeting), () -> List.of(meeting))));

        // When
        start.begin(null);
        start.beforeRoutes(null);

        // Then
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void shouldStopTheStartByWhatAPreparationSays() {
        // Given
        IllegalStateException failure = new IllegalStateException("The tables cannot be made.");
        PreparedStart start = new PreparedStart(new Beans<>(List.of(() -> List.of(() -> {
            throw failure;
        }))));
        start.begin(null);

        // When
        assertThatThrownBy(() -> start.beforeRoutes(null))

                // Then
                .isSameAs(failure);
    }
}
