package io.payroute.notification.mail;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.SSLContext;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;

import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** A mail server that keeps what it gets, refuses recipients named refused, and is too busy for those named busy. */
class SmtpTestServer {

    private final List<MimeMessage> received = new CopyOnWriteArrayList<>();
    private final Set<Object> connections = ConcurrentHashMap.newKeySet();
    private final SSLContext tls;
    private final String password;
    private SMTPServer server;

    SmtpTestServer() {
        this(null, null);
    }

    /**
     * @param tls for STARTTLS, or null
     * @param password of everybody, or null
     */
    SmtpTestServer(SSLContext tls, String password) {
        this.tls = tls;
        this.password = password;
        server = server(0);
    }

    SmtpSettings settings(String startTls) {
        return settings(startTls, null, null);
    }

    SmtpSettings settings(String startTls, String user, String secret) {
        return new SmtpSettings("127.0.0.1", server.getPortAllocated(), user, secret, startTls,
                "Payroute <no-reply@payroute.test>", Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(5),
                Duration.ofSeconds(10));
    }

    List<MimeMessage> received() {
        return received;
    }

    Set<Object> connections() {
        return connections;
    }

    void restart() {
        int port = server.getPortAllocated();
        server.stop();
        server = server(port);
    }

    void stop() {
        server.stop();
    }

    private SMTPServer server(int port) {
        SMTPServer.Builder builder = SMTPServer.port(port).bindAddress(InetAddress.getLoopbackAddress())
                .messageHandlerFactory(Handler::new);
        if (tls != null) {
            builder.enableTLS().requireTLS().startTlsSocketFactory(tls);
        }
        if (password != null) {
            builder.requireAuth().authenticationHandlerFactory(new EasyAuthenticationHandlerFactory((user, sent, context) -> {
                if (!sent.equals(password)) {
                    throw new LoginFailedException();
                }
            }));
        }
        SMTPServer started = builder.build();
        started.start();
        return started;
    }

    private class Handler implements MessageHandler {

        Handler(MessageContext context) {
            connections.add(context.getRemoteAddress());
        }

        @Override
        public void from(String from) {
            // anybody
        }

        @Override
        public void recipient(String recipient) throws RejectException {
            if (recipient.startsWith("refused")) {
                throw new RejectException(550, "no such user");
            }
            if (recipient.startsWith("busy")) {
                throw new RejectException(450, "try again later");
            }
        }

        @Override
        public String data(InputStream data) throws RejectException {
            try {
                byte[] bytes = data.readAllBytes();
                received.add(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes)));
                return null;
            } catch (Exception e) {
                throw new RejectException(451, e.toString());
            }
        }

        @Override
        public void done() {
            // nothing to release
        }
    }
}
