package io.payroute.embedded;

import java.net.URI;
import java.net.http.HttpResponse;

import jakarta.mail.SendFailedException;

import org.junit.jupiter.api.Test;

import io.payroute.testing.RawConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmbeddedMailsTest extends EmbeddedBed {

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
}
