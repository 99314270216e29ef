package io.payroute.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;

import io.payroute.embedded.Mailbox.Mail;

/** What a reader sees of a mail. */
final class MailText {

    private static final String[] HEADERS = {"Date", "From", "To", "Subject", "Message-ID"};

    private MailText() {
    }

    /** Headers and text; of a mail that cannot be taken apart, all of it. */
    static String readable(Mail mail) {
        try {
            String body = part(message(mail), "text/plain");
            return headers(mail) + "\n" + (body == null ? "(no text/plain part)" : body.strip()) + "\n";
        } catch (MessagingException | IOException e) {
            return "(cannot be read: " + e.getMessage() + ")\n" + new String(mail.content(), StandardCharsets.UTF_8) + "\n";
        }
    }

    private static String headers(Mail mail) throws MessagingException, IOException {
        MimeMessage message = message(mail);
        StringBuilder text = new StringBuilder();
        for (String header : HEADERS) {
            String value = message.getHeader(header, ", ");
            if (value != null) {
                text.append(header).append(": ").append(MimeUtility.decodeText(MimeUtility.unfold(value))).append('\n');
            }
        }
        return text.toString();
    }

    /** The mail as its sender laid it out, which may be anything. */
    static Optional<String> html(Mail mail) {
        try {
            return Optional.ofNullable(part(message(mail), "text/html"));
        } catch (MessagingException | IOException e) {
            return Optional.empty();
        }
    }

    private static MimeMessage message(Mail mail) throws MessagingException {
        return new MimeMessage(null, new ByteArrayInputStream(mail.content()));
    }

    private static String part(Part part, String type) throws MessagingException, IOException {
        if (part.isMimeType(type)) {
            return part.getContent().toString().replace("\r\n", "\n");
        }
        if (part.getContent() instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                BodyPart inner = parts.getBodyPart(i);
                String text = part(inner, type);
                if (text != null) {
                    return text;
                }
            }
        }
        return null;
    }
}
