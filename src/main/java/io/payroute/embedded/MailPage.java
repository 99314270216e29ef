package io.payroute.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.payroute.embedded.Mailbox.Mail;

/**
 * The mails on loopback: all with {@code GET /}, those to one address with {@code GET /?to=…}, newest first, as text, or as a
 * page for a browser; and with {@code GET /message-ids} how often each Message-ID was accepted. What is in a mail runs nothing
 * and loads nothing, and no other site can read it by a name of its own for our address.
 */
final class MailPage {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String LINE = "-".repeat(72) + "\n";
    private static final Pattern ONE = Pattern.compile("/mails/(\\d{1,18})/html");
    /** The list shows frames of its own; a mail in a frame is an origin of its own without rights. */
    private static final String LIST_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; "
            + "frame-ancestors 'none'";
    private static final String MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            + "frame-ancestors 'self'; sandbox";
    private static final String STYLE = "<style>body{font:15px sans-serif;max-width:50em;margin:2em auto}"
            + "article{border-top:1px solid #999;padding:1em 0}pre{white-space:pre-wrap}"
            + "iframe{width:100%;height:24em;border:1px solid #ccc}</style>";

    private final Mailbox mailbox;
    private final HttpServer server;
    private final Set<String> names;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    MailPage(Mailbox mailbox, int port) throws IOException {
        this.mailbox = mailbox;
        server = HttpServer.create(new InetSocketAddress(Ports.loopback(), port), 0);
        names = Set.of("127.0.0.1:" + server.getAddress().getPort(), "localhost:" + server.getAddress().getPort());
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String host = exchange.getRequestHeaders().getFirst("Host");
            String path = exchange.getRequestURI().getPath();
            Matcher one = ONE.matcher(path);
            if (host == null || !names.contains(host)) {
                send(exchange, 403, TEXT, "This page answers at 127.0.0.1 and localhost alone\n");
            } else if (path.equals("/")) {
                sendList(exchange, chosen(exchange.getRequestURI().getQuery()));
            } else if (path.equals("/message-ids")) {
                send(exchange, 200, TEXT, messageIds());
            } else if (one.matches()) {
                sendHtml(exchange, mailbox.find(Long.parseLong(one.group(1))).flatMap(MailText::html));
            } else {
                send(exchange, 404, TEXT, "There are only /, /?to=address and /message-ids\n");
            }
        }
    }

    private void sendList(HttpExchange exchange, List<Mail> mails) throws IOException {
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        if (accept == null || !accept.contains("text/html")) {
            send(exchange, 200, TEXT, mails.stream().map(MailText::readable).collect(Collectors.joining(LINE)));
            return;
        }
        exchange.getResponseHeaders().set("Content-Security-Policy", LIST_POLICY);
        send(exchange, 200, HTML, "<!doctype html><html lang=en><title>Mails</title>" + STYLE + "<h1>" + mails.size()
                + " mails</h1>" + mails.stream().map(MailPage::article).collect(Collectors.joining("\n")));
    }

    private static void sendHtml(HttpExchange exchange, Optional<String> html) throws IOException {
        exchange.getResponseHeaders().set("Content-Security-Policy", MAIL_POLICY);
        send(exchange, html.isPresent() ? 200 : 404, html.isPresent() ? HTML : TEXT, html.orElse("There is no such part\n"));
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private List<Mail> chosen(String query) {
        String to = query != null && query.startsWith("to=") ? query.substring("to=".length()) : null;
        return mailbox.newestFirst().stream().filter(mail -> to == null || mail.isFor(to)).toList();
    }

    private String messageIds() {
        StringBuilder lines = new StringBuilder();
        mailbox.messageIds().forEach((id, count) -> lines.append(count).append(' ').append(id).append('\n'));
        return lines.toString();
    }

    private static String article(Mail mail) {
        String frame = MailText.html(mail).isPresent()
                ? "<iframe sandbox loading=lazy src=\"/mails/" + mail.number() + "/html\"></iframe>"
                : "";
        return "<article><pre>" + escape(MailText.readable(mail)) + "</pre>" + frame + "</article>";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
