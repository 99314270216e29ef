package io.payroute.notification.mail;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.notification.SmtpFailure;
import io.payroute.testing.TestCertificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class MailerTest {

    @TempDir
    private Path folder;
    private final SmtpTestServer server = new SmtpTestServer();
    private Mailer mailer = new Mailer(server.settings("disabled"), Duration.ofSeconds(30));

    @AfterEach
    void stop() {
        mailer.close();
        server.stop();
    }

    @Test
    void shouldSendManyMailsOverOneConnection() throws Exception {
        // When
        for (int i = 0; i < 5; i++) {
            mailer.send(mail("ada@example.com", "<id-" + i + "@payroute.test>"));
        }

        // Then
        assertThat(server.received()).hasSize(5);
        assertThat(server.connections()).hasSize(1);
    }

    @Test
    void shouldKeepTheMessageId() throws Exception {
        // When
        mailer.send(mail("ada@example.com", "<id-1@payroute.test>"));

        // Then
        assertThat(server.received().get(0).getMessageID()).isEqualTo("<id-1@payroute.test>");
    }

    @Test
    void shouldConnectAgainWhenTheServerClosedTheConnection() throws Exception {
        // Given
        mailer.send(mail("ada@example.com", "<id-1@payroute.test>"));
        server.restart();

        // When
        mailer.send(mail("ada@example.com", "<id-2@payroute.test>"));

        // Then
        assertThat(server.received()).hasSize(2);
    }

    @Test
    void shouldCloseWhatNobodyUses() throws Exception {
        // Given
        mailer.close();
        mailer = new Mailer(server.settings("disabled"), Duration.ZERO);
        mailer.send(mail("ada@example.com", "<id-1@payroute.test>"));

        // When
        mailer.closeIdle();
        mailer.send(mail("ada@example.com", "<id-2@payroute.test>"));

        // Then
        assertThat(server.connections()).hasSize(2);
    }

    @Test
    void shouldTellARefusedRecipientFromABusyServer() throws Exception {
        // When
        Throwable refused = catchThrowable(() -> mailer.send(mail("refused@example.com", "<id-1@payroute.test>")));
        Throwable busy = catchThrowable(() -> mailer.send(mail("busy@example.com", "<id-2@payroute.test>")));

        // Then
        assertThat(SmtpFailure.isPermanent(refused)).isTrue();
        assertThat(SmtpFailure.isPermanent(busy)).isFalse();
    }

    @Test
    void shouldSendOnAfterARefusal() throws Exception {
        // Given
        catchThrowable(() -> mailer.send(mail("refused@example.com", "<id-1@payroute.test>")));

        // When
        mailer.send(mail("ada@example.com", "<id-2@payroute.test>"));

        // Then
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void shouldTryAgainLaterWhenThereIsNoServer() {
        // Given
        server.stop();

        // When
        Throwable failure = catchThrowable(() -> mailer.send(mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(failure).isInstanceOf(MessagingException.class);
        assertThat(SmtpFailure.isPermanent(failure)).isFalse();
    }

    @Test
    void shouldSendNothingInTheClearWhenEncryptionIsRequired() {
        // Given
        Mailer strict = new Mailer(server.settings("required"), Duration.ofSeconds(30));

        // When
        Throwable failure = catchThrowable(() -> strict.send(mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(failure).isInstanceOf(MessagingException.class);
        assertThat(SmtpFailure.isPermanent(failure)).isFalse();
        assertThat(server.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"leaf,true", "elsewhere,false"})
    void shouldEncryptMailsToTheServerThatItMeansAlone(String alias, boolean sent) throws Exception {
        // Given
        TestCertificate certificate = TestCertificate.create(folder);
        SmtpTestServer encrypted = new SmtpTestServer(tls(certificate.keys(alias), null), null);
        Mailer encrypting = new Mailer(encrypted.settings("required"), Duration.ofSeconds(30));
        encrypting.getJavaMailProperties().put("mail.smtp.ssl.socketFactory",
                tls(null, certificate.trust()).getSocketFactory());

        // When
        Throwable failure = catchThrowable(() -> encrypting.send(mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(failure == null).as(String.valueOf(failure)).isEqualTo(sent);
        assertThat(encrypted.received()).hasSize(sent ? 1 : 0);
        assertThat(failure != null && SmtpFailure.isPermanent(failure)).isFalse();
        encrypting.close();
        encrypted.stop();
    }

    @ParameterizedTest
    @CsvSource({"p:a@s/s %41,true", "wrong,false"})
    void shouldLogIn(String password, boolean sent) throws Exception {
        // Given
        SmtpTestServer closed = new SmtpTestServer(null, "p:a@s/s %41");
        Mailer known = new Mailer(closed.settings("disabled", "payroute", password), Duration.ofSeconds(30));

        // When
        Throwable failure = catchThrowable(() -> known.send(mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(closed.received()).hasSize(sent ? 1 : 0);
        assertThat(failure == null ? "" : failure.getMessage()).startsWith(sent ? "" : "the mail server refused the login");
        assertThat(failure != null && SmtpFailure.isPermanent(failure)).isFalse();
        known.close();
        closed.stop();
    }

    private static SSLContext tls(KeyManager[] keys, TrustManager[] trust) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }

    static MimeMessage mail(String to, String messageId) throws MessagingException {
        MimeMessage mail = new MimeMessage(Session.getInstance(new Properties()));
        mail.setFrom(new InternetAddress("no-reply@payroute.test"));
        mail.setRecipient(RecipientType.TO, new InternetAddress(to));
        mail.setSubject("Hello");
        mail.setText("Hello");
        mail.setHeader("Message-ID", messageId);
        return mail;
    }
}
