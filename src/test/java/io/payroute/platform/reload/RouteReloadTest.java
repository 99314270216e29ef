package io.payroute.platform.reload;

import java.time.Duration;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class RouteReloadTest {

    @Test
    void shouldRefuseAReloadWhileAnotherIsUnderWay() {
        // Given
        RouteReload reload = new RouteReload(null, null, null, null, null, new SimpleMeterRegistry(), Duration.ofSeconds(1));
        Supplier<Reload> first = reload.begin("one");

        // When
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> reload.begin("two"));

        // Then
        assertThat(first).isNotNull();
        assertThat(refusal.kind()).isEqualTo(Refusal.Kind.CONFLICT);
        assertThat(refusal.type()).isEqualTo("reload-under-way");
        assertThat(refusal.retryAfterSeconds()).hasValue(5);
    }
}
