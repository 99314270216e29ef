package io.payroute.notification;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;

import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.notification.SmtpFailure.Step;

import static org.assertj.core.api.Assertions.assertThat;

class SmtpFailureTest {

    @ParameterizedTest
    @CsvSource({"RECIPIENT,550,true", "RECIPIENT,552,true", "RECIPIENT,553,true", "RECIPIENT,450,false", "RECIPIENT,421,false",
            "RECIPIENT,451,false", "RECIPIENT,530,false", "RECIPIENT,-1,false", "DATA,554,true", "DATA,530,false",
            "DATA,452,false", "END,554,true", "END,552,true", "END,451,false", "END,0,false", "SENDER,553,false",
            "SENDER,550,false", "SENDER,552,true", "SENDER,501,false", "CONNECT,554,false", "CONNECT,535,false"})
    void shouldJudgeAReplyByItsStep(Step step, int reply, boolean permanent) {
        // Given
        MessagingException failure = new SmtpFailure(step, reply, false, "no", null, null);

        // When
        boolean judged = SmtpFailure.isPermanent(new RuntimeException(failure));

        // Then
        assertThat(judged).isEqualTo(permanent);
    }

    @ParameterizedTest
    @CsvSource({"550 5.7.1 Unable to relay,false", "554 5.7.1 <ada@example.com>: Relay access denied,false",
            "550 relaying not permitted,false", "5.7.60 SMTP; Client does not have permissions to send,false",
            "550 5.1.1 no such user,true", "550 no such user,true", "550 5.2.1 mailbox 5.7.1 disabled,true"})
    void shouldLetMailsWaitWhereTheServerRefusesUsAndNotTheRecipient(String said, boolean permanent) {
        // Given
        SmtpFailure failure = new SmtpFailure(Step.RECIPIENT, 550, false, "refused", said, null);

        // When
        boolean judged = SmtpFailure.isPermanent(failure);

        // Then
        assertThat(judged).isEqualTo(permanent);
        assertThat(failure.isOfThisMail()).isEqualTo(permanent);
    }

    @Test
    void shouldGiveUpWhatIsNoMail() {
        // When
        boolean address = SmtpFailure.isPermanent(new AddressException("Illegal character"));
        boolean template = SmtpFailure.isPermanent(new IllegalArgumentException("There is no mail template x"));

        // Then
        assertThat(address).isTrue();
        assertThat(template).isTrue();
    }

    @Test
    void shouldTryAgainWhenARouteIsBeingReplaced() {
        // When
        boolean permanent = SmtpFailure.isPermanent(new DirectConsumerNotAvailableException("none", null));

        // Then
        assertThat(permanent).isFalse();
    }

    @Test
    void shouldTellWhatTheServerSaidToTheOperatorAlone() {
        // When
        FailureCause cause = FailureCause
                .of(new SmtpFailure(Step.RECIPIENT, 550, false, "refused", "550 no such user ada@example.com\r\n", null),
                        "email");

        // Then
        assertThat(cause).isEqualTo(new FailureCause("refused", "refused: 550 no such user ***@***", true));
    }
}
