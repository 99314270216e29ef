package io.payroute.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/**
 * An SMTP server that delivers to a mail page instead of to anybody. For tests, a recipient starting with {@code bounce} is
 * refused for good (550), one starting with {@code greylist} is put off twice (451) and accepted from then on.
 */
final class EmbeddedSmtp implements EmbeddedServer {

    private static final int MAX_BYTES = 256 * 1024;
    private static final int GREYLIST_REFUSALS = 2;
    private static final int MAX_CONNECTIONS = 200;

    private final Path mails;
    private final int port;
    private final int pagePort;
    private final Map<String, Integer> greylist = new ConcurrentHashMap<>();
    private Mailbox mailbox;
    private SMTPServer server;
    private MailPage page;

    EmbeddedSmtp(Path mails, int wantedPort, int wantedPagePort) {
        this.mails = mails;
        this.port = Ports.choose(wantedPort, "SMTP", "payroute.embedded.smtp-port");
        this.pagePort = Ports.choose(wantedPagePort, "the mail page", "payroute.embedded.mail-port");
    }

    @Override
    public void start() {
        try {
            mailbox = new Mailbox(mails);
            server = SMTPServer.port(port).bindAddress(Ports.loopback()).hostName("localhost").softwareName("Payroute")
                    .maxConnections(MAX_CONNECTIONS).maxMessageSize(MAX_BYTES)
                    .messageHandlerFactory(context -> new Handler()).build();
            server.start();
            page = new MailPage(mailbox, pagePort);
        } catch (IOException e) {
            throw new IllegalStateException("SMTP did not start: " + e, e);
        }
    }

    @Override
    public Map<String, String> addresses() {
        return Map.of("embedded.smtp.host", "127.0.0.1", "embedded.smtp.port", String.valueOf(port), "embedded.mail.url",
                "http://127.0.0.1:" + pagePort);
    }

    @Override
    public boolean isAlive() {
        return Ports.isOpen(port);
    }

    @Override
    public void stop() {
        server.stop();
        page.stop();
    }

    private void checkRecipient(String address) throws RejectException {
        String local = address.toLowerCase(Locale.ROOT);
        if (local.startsWith("bounce")) {
            throw new RejectException(550, "No such user here: " + address);
        }
        if (local.startsWith("greylist") && greylist.merge(local, 1, Integer::sum) <= GREYLIST_REFUSALS) {
            throw new RejectException(451, "Greylisted, try again later: " + address);
        }
    }

    private final class Handler implements MessageHandler {

        private final List<String> recipients = new ArrayList<>();

        @Override
        public void from(String sender) {
            // Everybody may send.
        }

        @Override
        public void recipient(String recipient) throws RejectException {
            checkRecipient(recipient);
            recipients.add(recipient);
        }

        @Override
        public String data(InputStream data) throws RejectException, IOException {
            byte[] content = data.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new RejectException(552, "Larger than " + MAX_BYTES + " bytes");
            }
            try {
                mailbox.add(recipients, content);
                return null;
            } catch (IOException e) {
                throw new RejectException(452, "Cannot be stored: " + e.getMessage());
            }
        }

        @Override
        public void done() {
            // Nothing is held beyond the mail.
        }
    }
}
