package io.payroute.it;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.testing.RolesOn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/** The client for Node.js as its README uses it, against the packaged application. */
@Timeout(600)
class NodeClientIT {

    private static final File CLIENT = new File("clients/node");
    private static final String TOPIC = "payments.raw.shop";

    private static Application application;

    @BeforeAll
    static void build() throws Exception {
        assumeThat(found("node") && found("npm")).as("Node.js is not installed: the tests of clients/node are skipped")
                .isTrue();
        assumeThat(exit("npm", "install")).as("npm cannot install what clients/node needs: its tests are skipped").isZero();
        assertThat(exit("npm", "run", "build")).isZero();
    }

    @AfterAll
    static void stop() {
        if (application != null) {
            application.stop();
        }
    }

    @Test
    void shouldKeepTheInterfaceThatWasReleased() throws Exception {
        assertThat(exit("npm", "run", "protos")).isZero();
    }

    @Test
    void shouldPassItsOwnTests() throws Exception {
        assertThat(exit("npm", "test")).isZero();
    }

    @Test
    void shouldPrintEveryPaymentOnceAcrossAKill() throws Exception {
        // Given
        List<String> roles = RolesOn.alone("aggregator").entrySet().stream().map(role -> "-D" + role).toList();
        application = Application.of("node", roles.toArray(String[]::new));
        send(0, 50);
        Process watch = new ProcessBuilder("node", "build/examples/watch.js", "--address",
                "127.0.0.1:" + application.aggregatorPort())
                .directory(CLIENT).redirectError(Redirect.INHERIT).start();
        Queue<String> printed = new ConcurrentLinkedQueue<>();
        Thread reader = new Thread(() -> read(watch, printed));
        reader.start();
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(printed).hasSize(50));

        // When
        send(50, 100);
        application.kill();
        application.start();
        send(100, 150);

        // Then
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(printed).hasSizeGreaterThanOrEqualTo(150));
        watch.destroy();
        assertThat(watch.waitFor(30, TimeUnit.SECONDS)).isTrue();
        reader.join();
        assertThat(printed).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 150).mapToObj(NodeClientIT::line).toList());
    }

    private static void send(int from, int to) throws Exception {
        try (Topics topics = new Topics(application.brokers())) {
            for (int i = from; i < to; i++) {
                topics.put(TOPIC, """
                        {"id":"pay_%d","provider":"stripe","amount":%d.50,"currency":"USD","status":"succeeded",
                         "customer_email":"ada@example.test","metadata":{},"timestamp":1795000000}""".formatted(i, i + 1)
                        .getBytes(StandardCharsets.UTF_8), Map.of());
            }
        }
    }

    private static String line(int i) {
        return "[LOG] Payment: pay_%d | $%d.50 USD | STRIPE | COMPLETED".formatted(i, i + 1);
    }

    private static void read(Process process, Queue<String> lines) {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
    }

    private static boolean found(String program) {
        return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(folder -> Path.of(folder, program).toFile().canExecute());
    }

    private static int exit(String... command) throws Exception {
        return new ProcessBuilder(command).directory(CLIENT).redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(new File("target/node-client.log"))).start().waitFor();
    }
}
