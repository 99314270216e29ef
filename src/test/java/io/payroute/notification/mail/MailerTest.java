package io.payroute.notification.mail;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.payroute.notification.SmtpFailure;
import io.payroute.testing.FaultySmtp;
import io.payroute.testing.FaultySmtp.Fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class MailerTest {

    private final SmtpTestServer server = new SmtpTestServer();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private Duration answerTimeout = Duration.ofSeconds(10);
    private FaultySmtp faultyServer;
    private Mailer mailer = new Mailer(server.settings("disabled"), Duration.ofSeconds(30));

    @AfterEach
    void stop() {
        mailer.close();
        server.stop();
        if (faultyServer != null) {
            faultyServer.close();
        }
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
    @EnumSource(value = Fault.class, names = {"CLOSE_AFTER_MAIL", "CLOSE_AFTER_RCPT", "CLOSE_AFTER_DATA", "CLOSE_AFTER_TEXT",
            "TAKE_AND_CLOSE", "REFUSE_SENDER", "BUSY_RECIPIENT", "BUSY_TEXT", "GARBAGE"})
    void shouldLetAMailWaitThatTheServerDidNotRefuseItself(Fault fault) {
        // Given
        faults.add(fault);

        // When
        Throwable failure = catchThrowable(() -> faulty().send(mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(failure).isNotNull();
        assertThat(SmtpFailure.isPermanent(failure)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"CLOSE_AFTER_DATA,false", "BUSY_TEXT,false", "REFUSE_TEXT,false", "CLOSE_AFTER_TEXT,true",
            "TAKE_AND_CLOSE,true"})
    void shouldKnowWhetherAMailMayHaveBeenTaken(Fault fault, boolean unanswered) {
        // Given
        faults.add(fault);

        // When
        Throwable failure = catchThrowable(() -> faulty().send(mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(SmtpFailure.isUnanswered(failure)).isEqualTo(unanswered);
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"REFUSE_RECIPIENT", "REFUSE_TEXT"})
    void shouldGiveUpAMailThatTheServerRefuses(Fault fault) {
        // Given
        faults.add(fault);

        // When
        Throwable failure = catchThrowable(() -> faulty().send(mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(SmtpFailure.isPermanent(failure)).isTrue();
    }

    @Test
    void shouldNotSendAMailTwiceAtOnceThatMayHaveBeenTaken() throws Exception {
        // Given
        faults.addAll(List.of(Fault.NONE, Fault.TAKE_AND_CLOSE));
        faulty().send(mail("ada@example.com", "<id-1@payroute.test>"));

        // When
        Throwable failure = catchThrowable(() -> mailer.send(mail("ada@example.com", "<id-2@payroute.test>")));

        // Then
        assertThat(failure).hasMessage("the mail server gave no answer to the whole mail");
        assertThat(faultyServer.taken()).containsEntry("<id-2@payroute.test>", 1);
    }

    @Test
    void shouldSendOverAnotherConnectionWhenTheServerClosesOneBeforeTheMail() throws Exception {
        // Given
        faults.addAll(List.of(Fault.NONE, Fault.CLOSE_AFTER_RCPT));
        faulty().send(mail("ada@example.com", "<id-1@payroute.test>"));

        // When
        mailer.send(mail("ada@example.com", "<id-2@payroute.test>"));

        // Then
        assertThat(faultyServer.taken()).containsEntry("<id-2@payroute.test>", 1);
        assertThat(faultyServer.connections()).isEqualTo(2);
    }

    @Test
    void shouldWaitLongForTheAnswerToAWholeMail() throws Exception {
        // Given
        faults.add(Fault.SLOW);

        // When
        faulty().send(mail("ada@example.com", "<id-1@payroute.test>"));
        mailer.send(mail("ada@example.com", "<id-2@payroute.test>"));

        // Then
        assertThat(faultyServer.taken()).containsOnly(Map.entry("<id-1@payroute.test>", 1),
                Map.entry("<id-2@payroute.test>", 1));
        assertThat(faultyServer.connections()).isEqualTo(1);
    }

    @Test
    void shouldNotWaitForEverForTheAnswerToAWholeMail() {
        // Given
        faults.add(Fault.SLOW);
        answerTimeout = Duration.ofMillis(300);

        // When
        Throwable failure = catchThrowable(() -> faulty().send(mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(failure).hasMessage("the mail server was too slow after the whole mail");
        assertThat(SmtpFailure.isUnanswered(failure)).isTrue();
    }

    @Test
    void shouldBoundAConversationInWhichEachAnswerComesInTime() {
        // Given
        faults.add(Fault.DRIP);

        // When
        Throwable failure = catchThrowable(() -> faulty().send(mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(failure).hasMessage("the mail server was too slow after RCPT TO");
        assertThat(SmtpFailure.isPermanent(failure) || SmtpFailure.isUnanswered(failure)).isFalse();
    }

    private Mailer faulty() {
        faultyServer = new FaultySmtp(() -> faults.isEmpty() ? Fault.NONE : faults.poll(), Duration.ofSeconds(3));
        mailer = new Mailer(new SmtpSettings("127.0.0.1", faultyServer.port(), null, null, "disabled",
                "Payroute <no-reply@payroute.test>", Duration.ofSeconds(2), Duration.ofSeconds(1), answerTimeout,
                Duration.ofSeconds(2)), Duration.ofSeconds(30));
        return mailer;
    }

    private MimeMessage mail(String to, String messageId) throws MessagingException {
        MimeMessage mail = new MimeMessage(mailer.getSession());
        mail.setFrom(new InternetAddress("no-reply@payroute.test"));
        mail.setRecipient(RecipientType.TO, new InternetAddress(to));
        mail.setSubject("Hello");
        mail.setText("Hello");
        mail.setHeader("Message-ID", messageId);
        return mail;
    }
}
