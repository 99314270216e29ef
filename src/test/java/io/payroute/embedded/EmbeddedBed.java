package io.payroute.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The embedded servers, as the application starts them. */
abstract class EmbeddedBed {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path data;

    static void execute(EmbeddedChild child, String sql) throws SQLException {
        try (Connection connection = connect(child); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String query(EmbeddedChild child, String sql) throws SQLException {
        try (Connection connection = connect(child);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static Connection connect(EmbeddedChild child) throws SQLException {
        return connect(child, child.answer("embedded.postgres.password"));
    }

    static Connection connect(EmbeddedChild child, String password) throws SQLException {
        return DriverManager.getConnection(child.answer("embedded.postgres.payment.jdbc-url"),
                child.answer("embedded.postgres.username"), password);
    }

    static void produce(EmbeddedChild child, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", child.answer("embedded.kafka.bootstrap-servers"), "acks", "all"),
                new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("kept", value)).get();
        }
    }

    static List<String> consume(EmbeddedChild child) {
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

    static void send(EmbeddedChild child, String to, String messageId) throws MessagingException {
        send(child, to, messageId, null);
    }

    static void send(EmbeddedChild child, String to, String messageId, String html) throws MessagingException {
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

    static String get(EmbeddedChild child, String path) throws IOException, InterruptedException {
        return answer(child, path).body();
    }

    static HttpResponse<String> answer(EmbeddedChild child, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(child.answer("embedded.mail.url") + path));
        return HttpClient.newHttpClient().send((headers.length == 0 ? request : request.headers(headers)).build(),
                BodyHandlers.ofString());
    }
}
