package io.payroute.embedded;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class MailboxTest {

    @TempDir
    private Path folder;

    @Test
    void shouldCountEachMessageId() throws Exception {
        // Given
        Mailbox mailbox = new Mailbox(folder.resolve("mails"));

        // When
        add(mailbox, "Subject: one\r\nMessage-ID: <1@shop>\r\n\r\nText\r\nMessage-ID: <not-a-header@shop>");
        add(mailbox, "message-id:\r\n <2@shop>\r\nSubject: two\r\n\r\nText");
        add(mailbox, "Message-Id:<1@shop>\r\n\r\nText");
        add(mailbox, "Subject: three\r\nX-Message-ID: <3@shop>\r\n\r\nText");

        // Then
        assertThat(mailbox.messageIds()).containsExactly(entry("<1@shop>", 2), entry("<2@shop>", 1), entry("none", 1));
    }

    @Test
    void shouldKeepMailsAcrossARestart() throws Exception {
        // Given
        add(new Mailbox(folder.resolve("mails")), "Subject: one\r\n\r\nText");

        // When
        Mailbox mailbox = new Mailbox(folder.resolve("mails"));

        // Then
        assertThat(mailbox.newestFirst()).singleElement().satisfies(mail -> {
            assertThat(mail.recipients()).containsExactly("a@example.com");
            assertThat(new String(mail.content(), StandardCharsets.US_ASCII)).isEqualTo("Subject: one\r\n\r\nText");
        });
    }

    private static void add(Mailbox mailbox, String content) throws Exception {
        mailbox.add(List.of("a@example.com"), content.getBytes(StandardCharsets.US_ASCII));
    }
}
