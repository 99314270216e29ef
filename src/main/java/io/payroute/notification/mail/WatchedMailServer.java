package io.payroute.notification.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.Config;

import io.payroute.notification.NotificationRole;
import io.payroute.platform.Roles;
import io.payroute.platform.health.WatchedServer;
import io.quarkus.arc.Unremovable;

/** The mail server: seldom probed while it is there, because each probe is a line in its log. */
@ApplicationScoped
@Unremovable
class WatchedMailServer implements WatchedServer.Source {

    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int TIMEOUT_MS = 2_000;

    private final Roles roles;
    private final Config config;

    WatchedMailServer(Roles roles, Config config) {
        this.roles = roles;
        this.config = config;
    }

    @Override
    public List<WatchedServer> servers() {
        if (!roles.isActive(NotificationRole.NAME)) {
            return List.of();
        }
        String host = config.getValue("smtp.host", String.class);
        int port = config.getValue("smtp.port", Integer.class);
        return List.of(new WatchedServer("smtp", "smtp.host", host + ":" + port, PAUSE, () -> greet(host, port)));
    }

    static void greet(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            String greeting = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            if (greeting == null || !greeting.startsWith("220")) {
                throw new IOException("The server does not greet as a mail server");
            }
            socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
