package io.payroute.crash;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.payroute.testing.FreePorts;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that runs one role, with servers elsewhere, needs no server of another role. */
class RoleAloneIT {

    @Test
    void shouldTakePaymentsWithoutTheServersOfTheRoleThatIsOff() {
        try (TestBed bed = new TestBed("alone")) {
            // Given
            Map<String, String> environment = ApplicationSettings.environment(bed);
            environment.keySet().removeIf(name -> name.startsWith("SMTP_") || name.startsWith("NOTIFICATION_"));
            environment.put("ROLE_NOTIFICATION", "false");
            int port = FreePorts.next();
            Map<String, String> properties = ApplicationSettings.properties(port, FreePorts.next());
            properties.remove("role.notification");

            // When
            try (ApplicationProcess application = ApplicationProcess.launch(port, environment, properties,
                    Path.of("target/crash/alone.log")).awaitReady()) {

                // Then
                assertThat(application.get("/api/v1/payments").join().body()).contains("\"payments\"");
            }
        }
    }
}
