package io.payroute.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        assertThat(processes).hasSizeGreaterThan(2).allMatch(ProcessHandle::isAlive);

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
        return DriverManager.getConnection(child.answer("embedded.postgres.payment.jdbc-url"),
                child.answer("embedded.postgres.username"), child.answer("embedded.postgres.password"));
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
        mail.setText("12,50 € bezahlt", StandardCharsets.UTF_8.name());
        Transport.send(mail);
    }

    private static String get(EmbeddedChild child, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(child.answer("embedded.mail.url") + path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
