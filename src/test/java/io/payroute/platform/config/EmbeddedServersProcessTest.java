package io.payroute.platform.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.quarkus.runtime.configuration.ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** With a stand-in for the child, which is ready at once and ends when it is told to. */
class EmbeddedServersProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CHILD = """
            package io.payroute.embedded;

            import java.nio.file.*;

            public class EmbeddedServers {
                public static void main(String[] arguments) throws Exception {
                    Path home = Path.of(System.getenv("CLASSPATH").split(":")[0]).getParent();
                    Files.writeString(home.resolve("starts"), String.join(" ", arguments) + "\\n", StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
                    System.out.println("embedded.postgres.payment.jdbc-url=jdbc:postgresql://127.0.0.1:15001/payment");
                    System.out.println("embedded.kafka.bootstrap-servers=127.0.0.1:15002");
                    System.out.println("embedded.smtp.port=15003");
                    System.out.println("embedded.mail.url=http://127.0.0.1:15004");
                    System.out.println("ready=smtp");
                    System.out.println("known=addresses");
                    System.out.println("ready=postgres");
                    if (Files.exists(home.resolve("failure"))) {
                        System.out.println("ERROR=" + Files.readString(home.resolve("failure")));
                        System.exit(1);
                    }
                    while (Files.exists(home.resolve("slow"))) {
                        Thread.onSpinWait();
                    }
                    System.out.println("ready=kafka");
                    if (Files.exists(home.resolve("early")) && Files.readAllLines(home.resolve("starts")).size() == 1) {
                        System.exit(1);
                    }
                    System.out.println("READY");
                    if (Files.readAllLines(home.resolve("starts")).size() > Integer.parseInt(Files.readString(home.resolve("deaths")))) {
                        while (System.in.read() >= 0) {
                        }
                    }
                }
            }
            """;

    @TempDir
    Path home;

    private final AtomicInteger exits = new AtomicInteger();

    @BeforeEach
    void compile() throws Exception {
        Path source = Files.createDirectories(home.resolve("source/io/payroute/embedded")).resolve("EmbeddedServers.java");
        Files.writeString(source, CHILD);
        Files.createDirectories(home.resolve("embedded"));
        Files.writeString(home.resolve("embedded/classpath"), "none");
        ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", home.resolve("classes").toString(), source.toString());
        forget();
    }

    @AfterEach
    void forget() {
        System.clearProperty("io.payroute.embedded.addresses");
        System.clearProperty("io.payroute.embedded.started");
        System.clearProperty("io.payroute.embedded.failure");
    }

    @Test
    void shouldStartServersThatDiedAgainAtTheSameAddresses() throws Exception {
        // Given
        Files.writeString(home.resolve("deaths"), "1");

        // When
        String address = servers().addresses().get("embedded.kafka.bootstrap-servers");

        // Then
        assertThat(address).isEqualTo("127.0.0.1:15002");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(starts()).hasSize(2));
        assertThat(starts().get(0)).contains("--kafka-port 0");
        assertThat(starts().get(1)).contains("--postgres-port 15001 --kafka-port 15002 --smtp-port 15003 --mail-port 15004");
        assertThat(exits).hasValue(0);
    }

    /** The application no longer waits for any of them then. */
    @Test
    void shouldStartServersAgainThatDiedAsTheLastOneWasReady() throws Exception {
        // Given
        Files.writeString(home.resolve("deaths"), "0");
        Files.createFile(home.resolve("early"));

        // When
        servers().addresses();
        EmbeddedServersProcess.await(EmbeddedServersProcess.SERVERS);

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(starts()).hasSize(2));
        EmbeddedServersProcess.await(EmbeddedServersProcess.SERVERS);
        assertThat(exits).hasValue(0);
    }

    @Test
    void shouldStopTheApplicationWhenServersDieAgainAndAgain() throws Exception {
        // Given
        Files.writeString(home.resolve("deaths"), "1000");

        // When
        servers().addresses();

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(exits).hasValue(1));
        assertThat(starts()).hasSize(4);
    }

    @Test
    void shouldGiveAddressesBeforeTheServersAreReady() throws Exception {
        // Given
        Files.writeString(home.resolve("deaths"), "0");
        Path slow = Files.createFile(home.resolve("slow"));
        assertThat(servers().addresses()).containsKey("embedded.kafka.bootstrap-servers");
        EmbeddedServersProcess.await("postgres");
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> EmbeddedServersProcess.await("postgres", "kafka"));
        assertThat(waiting).isNotDone();

        // When
        Files.delete(slow);

        // Then
        assertThat(waiting).succeedsWithin(PATIENCE);
    }

    @Test
    void shouldEndTheWaitWithWhatAServerSaysThatDoesNotStart() throws Exception {
        // Given
        Files.writeString(home.resolve("failure"), "Kafka did not start");
        servers().addresses();

        // When
        assertThatThrownBy(() -> EmbeddedServersProcess.await("postgres", "kafka"))

                // Then
                .isInstanceOf(ConfigurationException.class).hasNoCause().hasMessageContaining("Kafka did not start");
    }

    @Test
    void shouldNotWaitWhereNoServersAreStarted() {
        assertThatCode(() -> EmbeddedServersProcess.await("postgres")).doesNotThrowAnyException();
    }

    private EmbeddedServersProcess servers() {
        Map<String, String> config = Map.of("payroute.embedded.home", home.toString(), "payroute.embedded.data-dir",
                home.resolve("data").toString(), "payroute.embedded.kafka-port", "0");
        return new EmbeddedServersProcess(config::get, exits::incrementAndGet);
    }

    private List<String> starts() throws Exception {
        return Files.readAllLines(home.resolve("starts"));
    }
}
