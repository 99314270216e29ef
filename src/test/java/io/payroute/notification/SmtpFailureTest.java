package io.payroute.notification;

import java.net.ConnectException;
import java.net.SocketTimeoutException;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SmtpFailureTest {

    @ParameterizedTest
    @CsvSource({"550,true", "552,true", "553,true", "450,false", "421,false", "451,false"})
    void shouldJudgeARefusedRecipient(int reply, boolean permanent) throws Exception {
        // Given
        SendFailedException failure = new SendFailedException("Invalid Addresses",
                new SMTPAddressFailedException(new InternetAddress("ada@example.com"), "RCPT TO", reply, "no"));

        // When
        boolean judged = SmtpFailure.isPermanent(new RuntimeException(failure));

        // Then
        assertThat(judged).isEqualTo(permanent);
    }

    @ParameterizedTest
    @CsvSource({"554,true", "530,false", "535,false", "452,false"})
    void shouldJudgeARefusedMail(int reply, boolean permanent) {
        // Given
        MessagingException failure = new SMTPSendFailedException("DATA", reply, "no", null, null, null, null);

        // When
        boolean judged = SmtpFailure.isPermanent(failure);

        // Then
        assertThat(judged).isEqualTo(permanent);
    }

    @Test
    void shouldTryAgainWhenTheServerIsAwaySlowOrRefusesUs() {
        // Given
        MessagingException away = new MessagingException("Could not connect", new ConnectException("refused"));
        MessagingException slow = new MessagingException("Exception reading response", new SocketTimeoutException());
        MessagingException refused = new AuthenticationFailedException("535 no");

        // When
        boolean permanent = SmtpFailure.isPermanent(away) || SmtpFailure.isPermanent(slow)
                || SmtpFailure.isPermanent(refused);

        // Then
        assertThat(permanent).isFalse();
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
}
