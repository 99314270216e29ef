package io.payroute.notification.mail;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

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

/** What becomes of a mail whose server fails, at each step of the conversation. */
class MailerFaultTest {

    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private Duration answerTimeout = Duration.ofSeconds(10);
    private FaultySmtp server;
    private Mailer mailer;

    @AfterEach
    void stop() {
        mailer.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"CLOSE_AFTER_MAIL", "CLOSE_AFTER_RCPT", "CLOSE_AFTER_DATA", "CLOSE_AFTER_TEXT",
            "TAKE_AND_CLOSE", "REFUSE_SENDER", "BUSY_RECIPIENT", "BUSY_TEXT", "GARBAGE"})
    void shouldLetAMailWaitThatTheServerDidNotRefuseItself(Fault fault) {
        // Given
        faults.add(fault);

        // When
        Throwable failure = catchThrowable(() -> mailer().send(MailerTest.mail("ada@example.com", "<id-1@payroute.test>")));

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
        Throwable failure = catchThrowable(() -> mailer().send(MailerTest.mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(SmtpFailure.isUnanswered(failure)).isEqualTo(unanswered);
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"REFUSE_RECIPIENT", "REFUSE_TEXT"})
    void shouldGiveUpAMailThatTheServerRefuses(Fault fault) {
        // Given
        faults.add(fault);

        // When
        Throwable failure = catchThrowable(() -> mailer().send(MailerTest.mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(SmtpFailure.isPermanent(failure)).isTrue();
    }

    @Test
    void shouldNotSendAMailTwiceAtOnceThatMayHaveBeenTaken() throws Exception {
        // Given
        faults.addAll(List.of(Fault.NONE, Fault.TAKE_AND_CLOSE));
        mailer().send(MailerTest.mail("ada@example.com", "<id-1@payroute.test>"));

        // When
        Throwable failure = catchThrowable(() -> mailer.send(MailerTest.mail("ada@example.com", "<id-2@payroute.test>")));

        // Then
        assertThat(failure).hasMessage("the mail server gave no answer to the whole mail");
        assertThat(server.taken()).containsEntry("<id-2@payroute.test>", 1);
    }

    @Test
    void shouldSendOverAnotherConnectionWhenTheServerClosesOneBeforeTheMail() throws Exception {
        // Given
        faults.addAll(List.of(Fault.NONE, Fault.CLOSE_AFTER_RCPT));
        mailer().send(MailerTest.mail("ada@example.com", "<id-1@payroute.test>"));

        // When
        mailer.send(MailerTest.mail("ada@example.com", "<id-2@payroute.test>"));

        // Then
        assertThat(server.taken()).containsEntry("<id-2@payroute.test>", 1);
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void shouldWaitLongForTheAnswerToAWholeMail() throws Exception {
        // Given
        faults.add(Fault.SLOW);

        // When
        mailer().send(MailerTest.mail("ada@example.com", "<id-1@payroute.test>"));
        mailer.send(MailerTest.mail("ada@example.com", "<id-2@payroute.test>"));

        // Then
        assertThat(server.taken()).containsOnly(Map.entry("<id-1@payroute.test>", 1),
                Map.entry("<id-2@payroute.test>", 1));
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void shouldNotWaitForEverForTheAnswerToAWholeMail() {
        // Given
        faults.add(Fault.SLOW);
        answerTimeout = Duration.ofMillis(300);

        // When
        Throwable failure = catchThrowable(() -> mailer().send(MailerTest.mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(failure).hasMessage("the mail server was too slow after the whole mail");
        assertThat(SmtpFailure.isUnanswered(failure)).isTrue();
    }

    @Test
    void shouldBoundAConversationInWhichEachAnswerComesInTime() {
        // Given
        faults.add(Fault.DRIP);

        // When
        Throwable failure = catchThrowable(() -> mailer().send(MailerTest.mail("ada@example.com", "<id-1@payroute.test>")));

        // Then
        assertThat(failure).hasMessage("the mail server was too slow after RCPT TO");
        assertThat(SmtpFailure.isPermanent(failure) || SmtpFailure.isUnanswered(failure)).isFalse();
    }

    private Mailer mailer() {
        server = new FaultySmtp(() -> faults.isEmpty() ? Fault.NONE : faults.poll(), Duration.ofSeconds(3));
        mailer = new Mailer(new SmtpSettings("127.0.0.1", server.port(), null, null, "disabled",
                "Payroute <no-reply@payroute.test>", Duration.ofSeconds(2), Duration.ofSeconds(1), answerTimeout,
                Duration.ofSeconds(2)), Duration.ofSeconds(30));
        return mailer;
    }
}
