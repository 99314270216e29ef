package io.payroute.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.payroute.testing.RawConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class EmbeddedServersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path data;

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
    void shouldShowMailsAndCountTheirIds() throws Exception {
        // Given
        try (EmbeddedChild child = EmbeddedChild.start(data, "--only", "smtp")) {

            // When
            send(child, "u001@customers.test", "<one@payroute>");
            send(child, "u001@customers.test", "<one@payroute>");
            send(child, "u002@customers.test", "<two@payroute>");

            // Then
            assertThat(get(child, "/message-ids")).isEqualTo("2 <one@payroute>\n1 <two@payroute>\n");
            assertThat(get(child, "/?to=u002@customers.test")).contains("To: u002@customers.test", "Subject: Grüße",
                    "Message-ID: <two@payroute>", "12,50 € bezahlt").doesNotContain("u001");
            assertThat(get(child, "/")).containsSubsequence("u002", "u001");
        }
    }

    @Test
    void shouldRefuseTheDocumentedRecipients() throws Exception {
        // Given
        try (EmbeddedChild child = EmbeddedChild.start(data, "--only", "smtp")) {

            // When
            assertThatThrownBy(() -> send(child, "bounce@customers.test", "<a@payroute>"))
                    .isInstanceOf(SendFailedException.class).hasStackTraceContaining("550");
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> send(child, "greylist@customers.test", "<b@payroute>")).hasStackTraceContaining("451");
            }
            send(child, "greylist@customers.test", "<b@payroute>");

            // Then
            assertThat(get(child, "/message-ids")).isEqualTo("1 <b@payroute>\n");
        }
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
    void shouldKeepMailsAcrossAKill() throws Exception {
        // Given
        try (EmbeddedChild first = EmbeddedChild.start(data, "--only", "smtp")) {
            send(first, "u001@customers.test", "<one@payroute>");
            first.kill();
        }

        // When
        try (EmbeddedChild second = EmbeddedChild.start(data, "--only", "smtp")) {
            send(second, "u001@customers.test", "<two@payroute>");

            // Then
            assertThat(get(second, "/?to=u001@customers.test")).containsSubsequence("<two@payroute>", "12,50 € bezahlt",
                    "<one@payroute>", "12,50 € bezahlt");
        }
    }

    @Test
    void shouldShowALaidOutMailWithoutLettingItDoAnything() throws Exception {
        // Given
        try (EmbeddedChild child = EmbeddedChild.start(data, "--only", "smtp")) {
            send(child, "u001@customers.test", "<one@payroute>", "<script>alert(1)</script><b>12,50 €</b>");

            // When
            HttpResponse<String> list = answer(child, "/", "Accept", "text/html");
            HttpResponse<String> mail = answer(child, "/mails/1/html");

            // Then
            assertThat(list.body()).contains("<iframe sandbox", "src=\"/mails/1/html\"").doesNotContain("<script");
            assertThat(list.headers().firstValue("Content-Security-Policy")).hasValueSatisfying(
                    policy -> assertThat(policy).contains("default-src 'none'", "frame-ancestors 'none'"));
            assertThat(mail.body()).contains("<b>12,50 €</b>");
            assertThat(mail.headers().firstValue("Content-Security-Policy")).hasValueSatisfying(
                    policy -> assertThat(policy).contains("default-src 'none'", "sandbox").doesNotContain("script"));
        }
    }

    @Test
    void shouldShowNoMailToASiteThatCallsItselfByOurAddress() throws Exception {
        // Given
        try (EmbeddedChild child = EmbeddedChild.start(data, "--only", "smtp")) {
            send(child, "u001@customers.test", "<one@payroute>");
            int port = URI.create(child.answer("embedded.mail.url")).getPort();

            // When
            String anonymous = RawConnection.exchange(port, "GET / HTTP/1.1\r\nHost: evil.test:" + port
                    + "\r\nConnection: close\r\n\r\n");
            String ours = RawConnection.exchange(port, "GET / HTTP/1.1\r\nHost: localhost:" + port
                    + "\r\nConnection: close\r\n\r\n");

            // Then
            assertThat(anonymous).startsWith("HTTP/1.1 403").doesNotContain("u001");
            assertThat(ours).startsWith("HTTP/1.1 200").contains("u001");
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

    private static void execute(EmbeddedChild child, String sql) throws SQLException {
        try (Connection connection = connect(child); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedChild child, String sql) throws SQLException {
        try (Connection connection = connect(child);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Connection connect(EmbeddedChild child) throws SQLException {
        return connect(child, child.answer("embedded.postgres.password"));
    }

    private static Connection connect(EmbeddedChild child, String password) throws SQLException {
        return DriverManager.getConnection(child.answer("embedded.postgres.payment.jdbc-url"),
                child.answer("embedded.postgres.username"), password);
    }

    private static void produce(EmbeddedChild child, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", child.answer("embedded.kafka.bootstrap-servers"), "acks", "all"),
                new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("kept", value)).get();
        }
    }

    private static List<String> consume(EmbeddedChild child) {
        Map<String, Object> settings = Map.of("bootstrap.servers", child.answer("embedded.kafka.bootstrap-servers"), "group.id",
                "test", "auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of("kept"));
            await().atMost(PATIENCE).untilAsserted(() -> {
                for (ConsumerRecord<String, String> kafkaRecord : consumer.poll(Duration.ofMillis(200))) {
                    values.add(kafkaRecord.value());
                }
                assertThat(values).isNotEmpty();
            });
        }
        return values;
    }

    private static void send(EmbeddedChild child, String to, String messageId) throws MessagingException {
        send(child, to, messageId, null);
    }

    private static void send(EmbeddedChild child, String to, String messageId, String html) throws MessagingException {
        Properties settings = new Properties();
        settings.setProperty("mail.smtp.host", child.answer("embedded.smtp.host"));
        settings.setProperty("mail.smtp.port", child.answer("embedded.smtp.port"));
        MimeMessage mail = new MimeMessage(Session.getInstance(settings)) {

            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", messageId);
            }
        };
        mail.setFrom("shop@payroute.test");
        mail.setRecipient(RecipientType.TO, new InternetAddress(to));
        mail.setSubject("Grüße", StandardCharsets.UTF_8.name());
        if (html == null) {
            mail.setText("12,50 € bezahlt", StandardCharsets.UTF_8.name());
        } else {
            mail.setText(html, StandardCharsets.UTF_8.name(), "html");
        }
        Transport.send(mail);
    }

    private static String get(EmbeddedChild child, String path) throws IOException, InterruptedException {
        return answer(child, path).body();
    }

    private static HttpResponse<String> answer(EmbeddedChild child, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(child.answer("embedded.mail.url") + path));
        return HttpClient.newHttpClient().send((headers.length == 0 ? request : request.headers(headers)).build(),
                BodyHandlers.ofString());
    }
}
