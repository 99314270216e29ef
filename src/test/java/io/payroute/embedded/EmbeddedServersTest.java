package io.payroute.embedded;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class EmbeddedServersTest extends EmbeddedBed {

    @Test
    void shouldKeepDataAcrossAKill() throws Exception {
        // Given
        try (EmbeddedChild first = EmbeddedChild.start(data)) {
            execute(first, "CREATE TABLE kept (id int)");
            execute(first, "INSERT INTO kept VALUES (42)");
            produce(first, "kept");
            first.kill();
        }

        // When
        try (EmbeddedChild second = EmbeddedChild.start(data)) {

            // Then
            assertThat(second.answer("ERROR")).isNull();
            assertThat(query(second, "SELECT id FROM kept")).isEqualTo("42");
            assertThat(consume(second)).containsExactly("kept");
        }
    }

    @Test
    void shouldCommitDurably() throws Exception {
        // Given
        try (EmbeddedChild child = EmbeddedChild.start(data, "--only", "postgres")) {

            // When
            List<String> settings = List.of(query(child, "SHOW fsync"), query(child, "SHOW synchronous_commit"),
                    query(child, "SHOW full_page_writes"));

            // Then
            assertThat(settings).containsOnly("on");
        }
    }

    @Test
    void shouldLeaveNothingRunningWhenItsInputCloses() throws Exception {
        // Given
        EmbeddedChild child = EmbeddedChild.start(data);
        List<ProcessHandle> processes = child.processes();
        // Some of PostgreSQL's own processes come and go.
        assertThat(processes).filteredOn(ProcessHandle::isAlive).hasSizeGreaterThan(2);

        // When
        child.closeInput();

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void shouldEndWhenOneOfItsServersDies() throws Exception {
        // Given
        try (EmbeddedChild child = EmbeddedChild.start(data, "--only", "postgres")) {

            // When
            child.processes().stream().filter(process -> process.info().command().orElse("").endsWith("/postgres"))
                    .forEach(ProcessHandle::destroyForcibly);

            // Then
            assertThat(child.awaitEnd(30)).isEqualTo(1);
        }
    }

    @Test
    void shouldLetNobodyIntoTheDatabaseWithoutThePassword() throws Exception {
        // Given
        try (EmbeddedChild child = EmbeddedChild.start(data, "--only", "postgres", "--programs",
                data.resolve("postgres-programs").toString())) {

            // When
            assertThatThrownBy(() -> connect(child, "postgres"))

                    // Then
                    .hasMessageContaining("password authentication failed");
            assertThat(query(child, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"))
                    .isEqualTo("0");
            assertThat(data.resolve("postgres-password")).hasContent(child.answer("embedded.postgres.password"));
            assertThat(Files.getPosixFilePermissions(data.resolve("postgres-password")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.getPosixFilePermissions(data.resolve("postgres-programs")))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(ProcessHandle.of(Long.parseLong(child.answer("embedded.postgres.pid"))).orElseThrow().info().command())
                    .hasValueSatisfying(program -> assertThat(program).startsWith(data.toString()));
        }
    }

    @Test
    void shouldGiveAPasswordToAClusterThatTrustedEverybody() throws Exception {
        // Given
        try (EmbeddedChild before = EmbeddedChild.start(data, "--only", "postgres")) {
            execute(before, "CREATE TABLE kept AS SELECT 42 AS id");
            execute(before, "ALTER USER postgres PASSWORD NULL");
        }
        Files.writeString(data.resolve("postgres/pg_hba.conf"), "# as initdb wrote it\nhost all all 127.0.0.1/32 trust\n");
        Files.delete(data.resolve("postgres-password"));

        // When
        try (EmbeddedChild after = EmbeddedChild.start(data, "--only", "postgres")) {

            // Then
            assertThat(query(after, "SELECT id FROM kept")).isEqualTo("42");
            assertThatThrownBy(() -> connect(after, "postgres")).hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void shouldNameTheTakenPortAndTheRemedy() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            // When
            try (EmbeddedChild child = EmbeddedChild.start(data, "--only", "smtp", "--smtp-port", port)) {

                // Then
                assertThat(child.answer("ERROR")).contains(port, "payroute.embedded.smtp-port");
            }
        }
    }
}
