package io.payroute.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.payroute.embedded.Mailbox.Mail;

/**
 * The mails as plain text on loopback: all with {@code GET /}, those to one address with {@code GET /?to=…}, newest first;
 * and with {@code GET /message-ids} how often each Message-ID was accepted.
 */
final class MailPage {

    private static final String LINE = "-".repeat(72) + "\n";
    private static final String[] HEADERS = {"Date", "From", "To", "Subject", "Message-ID"};

    private final Mailbox mailbox;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    MailPage(Mailbox mailbox, int port) throws IOException {
        this.mailbox = mailbox;
        server = HttpServer.create(new InetSocketAddress(Ports.loopback(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/" -> send(exchange, 200, mails(exchange.getRequestURI().getQuery()));
                case "/message-ids" -> send(exchange, 200, messageIds());
                default -> send(exchange, 404, "There are only /, /?to=address and /message-ids\n");
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private String mails(String query) {
        String to = query != null && query.startsWith("to=") ? query.substring("to=".length()) : null;
        return mailbox.newestFirst().stream().filter(mail -> to == null || mail.isFor(to)).map(MailPage::readable)
                .collect(Collectors.joining(LINE));
    }

    private String messageIds() {
        StringBuilder lines = new StringBuilder();
        mailbox.messageIds().forEach((id, count) -> lines.append(count).append(' ').append(id).append('\n'));
        return lines.toString();
    }

    private static String readable(Mail mail) {
        try {
            MimeMessage message = new MimeMessage(null, new ByteArrayInputStream(mail.content()));
            StringBuilder text = new StringBuilder();
            for (String header : HEADERS) {
                String value = message.getHeader(header, ", ");
                if (value != null) {
                    text.append(header).append(": ").append(MimeUtility.decodeText(MimeUtility.unfold(value))).append('\n');
                }
            }
            String body = plainText(message);
            return text.append('\n').append(body == null ? "(no text/plain part)" : body.strip()).append('\n').toString();
        } catch (MessagingException | IOException e) {
            return "(cannot be read: " + e.getMessage() + ")\n" + new String(mail.content(), StandardCharsets.UTF_8) + "\n";
        }
    }

    private static String plainText(Part part) throws MessagingException, IOException {
        if (part.isMimeType("text/plain")) {
            return part.getContent().toString().replace("\r\n", "\n");
        }
        if (part.getContent() instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                BodyPart inner = parts.getBodyPart(i);
                String text = plainText(inner);
                if (text != null) {
                    return text;
                }
            }
        }
        return null;
    }
}
