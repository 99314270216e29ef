package io.payroute.platform.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import org.apache.camel.spi.CamelEvent.CamelContextStartedEvent;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import io.payroute.platform.Roles;
import io.quarkus.runtime.Application;

/**
 * The last thing a start says: in embedded mode what to try next, word for word, with the ports of this process; in external
 * mode one line. It waits for the Camel context, because only then does every route take what the message invites to send, and
 * for Quarkus' own last line.
 */
@ApplicationScoped
public class StartupMessage {

    private static final Logger LOG = Logger.getLogger(StartupMessage.class);
    private static final long LOOK_MS = 20;

    private final Config config;
    private final Roles roles;
    private final Instance<FirstSteps> firstSteps;
    private final Event<Started> started;

    StartupMessage(Config config, Roles roles, @Any Instance<FirstSteps> firstSteps, Event<Started> started) {
        this.config = config;
        this.roles = roles;
        this.firstSteps = firstSteps;
        this.started = started;
    }

    void say(@Observes CamelContextStartedEvent started) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "startup-message");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(() -> sayWhenStarted(timer), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    /** Quarkus has no event that comes after its last line, so this looks for it; a start that fails is not announced. */
    private void sayWhenStarted(ScheduledExecutorService timer) {
        if (Application.currentApplication().isStarted()) {
            timer.shutdown();
            LOG.info(text());
            if (value(EmbeddedServersConfigSource.MODE).equals("external")) {
                active().flatMap(one -> one.warning().stream()).forEach(LOG::warn);
            }
            started.fire(new Started());
        }
    }

    private Stream<FirstSteps> active() {
        return firstSteps.stream().filter(one -> roles.isActive(one.role()))
                .sorted(Comparator.comparing(one -> roles.active().indexOf(one.role())));
    }

    String text() {
        String port = value("quarkus.http.port");
        return value(EmbeddedServersConfigSource.MODE).equals("external") ? line(port) : block("localhost:" + port);
    }

    private String line(String port) {
        return "event=started mode=external role=" + String.join(",", roles.active()) + " http=" + value("quarkus.http.host")
                + ":" + port + " tokens=required";
    }

    private String block(String http) {
        StringBuilder text = new StringBuilder("Payroute is ready.\n\n");
        active().map(one -> one.text(http)).forEach(text::append);
        text.append("Health        curl ").append(http).append("/health\n");
        text.append(
                roles.withDatabase().stream().map(role -> "Dead letters  curl " + http + "/api/v1/dead-letters/" + role + "\n")
                        .collect(Collectors.joining()));
        text.append("The whole API http://").append(http).append("/q/swagger-ui/\n");
        text.append("In a browser  http://").append(http)
                .append(", and for operators /ops and /hawtio: name operator, password in ")
                .append(config.getOptionalValue("payroute.embedded.data-dir", String.class).orElse("data"))
                .append("/operator-password\n");
        return text.append('\n').append(tokens()).toString().replaceAll("\n(?!\n)", "\n  ");
    }

    /** Without tokens the address alone decides who may pay. */
    private String tokens() {
        String host = value("quarkus.http.host");
        return isLoopback(host)
                ? "It requires no token, because it listens on loopback only (" + host
                        + "). Ctrl-C stops it and keeps the data."
                : "It listens on " + host + " and requires a token: Authorization: Bearer ...";
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private String value(String key) {
        return config.getValue(key, String.class);
    }
}
