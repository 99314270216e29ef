package io.payroute.it;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.testing.OpenPorts;
import io.payroute.testing.OpenPorts.OpenPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The embedded installation is for this machine alone, and has no port open that docs/http.md does not name. */
@Timeout(300)
class EmbeddedPortsIT {

    /** PostgreSQL, Kafka, its controller, SMTP and the mails. */
    private static final int SERVERS = 5;

    private final Application application = Application.shared();

    @Test
    void shouldListenOnLoopbackAloneAtThePortsOfTheDocumentation() throws Exception {
        // Given
        register();

        // When
        Set<OpenPort> own = OpenPorts.of(application.process());
        Set<OpenPort> servers = new HashSet<>();
        for (ProcessHandle process : OpenPorts.withDescendants(application.process())) {
            servers.addAll(OpenPorts.of(process));
        }
        servers.addAll(OpenPorts.of(ProcessHandle.of(Long.parseLong(postmaster().get(0))).orElseThrow()));

        // Then
        List<Integer> documented = new ArrayList<>(application.grpcPorts());
        documented.addAll(List.of(application.httpPort(), application.managementPort()));
        assertThat(own).extracting(OpenPort::number).containsExactlyInAnyOrderElementsOf(documented);
        servers.removeAll(own);
        assertThat(servers).hasSize(SERVERS);
        assertThat(own).allMatch(OpenPort::loopback);
        assertThat(servers).allMatch(OpenPort::loopback);
    }

    @Test
    void shouldAskForAPasswordWhereItsDocumentationSaysAndForNoneElsewhere() throws Exception {
        String address = "jdbc:postgresql://127.0.0.1:" + postmaster().get(3).strip() + "/payment?loginTimeout=5";
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> DriverManager.getConnection(address, "postgres", "wrong"))
                .withMessageContaining("password");
        Properties anybody = new Properties();
        anybody.putAll(Map.of("bootstrap.servers", application.brokers()));
        try (Admin admin = Admin.create(anybody)) {
            assertThat(admin.listTopics().names().get()).contains("payment-topic");
        }
    }

    /** The first transaction must open none. */
    private void register() throws IOException {
        HttpResponse<String> answer = application.send(application.request("/users").header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"email\":\"ports@shop.test\",\"name\":\"Ada\","
                        + "\"password\":\"correct horse battery\"}")));
        assertThat(answer.statusCode()).isEqualTo(201);
    }

    /** The lines of its file, of which the first is its process and the fourth its port: it detaches itself from its parent. */
    private List<String> postmaster() throws IOException {
        try (Stream<Path> files = Files.walk(application.data())) {
            return Files.readAllLines(files.filter(file -> file.endsWith("postmaster.pid")).findFirst().orElseThrow());
        }
    }
}
