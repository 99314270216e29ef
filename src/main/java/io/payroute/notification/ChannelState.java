package io.payroute.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.jboss.logging.Logger;

/**
 * Whether messages of a kind get through. A cause is one line in the log, however many messages fail in this way, and again
 * after an hour if it lasts. A channel is in trouble when several attempts in a row failed for a cause that is none of their
 * messages' own, and until one succeeds.
 */
final class ChannelState {

    private static final Logger LOG = Logger.getLogger(ChannelState.class);
    private static final int IN_A_ROW = 3;
    private static final int MAX_CAUSES = 50;
    private static final long SAY_AGAIN = Duration.ofHours(1).toNanos();

    /** @param since when the first of these attempts failed */
    record Trouble(String cause, Instant since, long failures) {
    }

    private final String kind;
    private final String server;
    private final Map<String, Long> said = new HashMap<>();
    private long failures;
    private Instant since;
    private String cause;

    ChannelState(String kind, String server) {
        this.kind = kind;
        this.server = server;
    }

    /** @return null when there is none */
    synchronized Trouble trouble() {
        return failures < IN_A_ROW ? null : new Trouble(cause, since, failures);
    }

    synchronized void failed(FailureCause failure, DueNotification due) {
        say(failure, due);
        if (!failure.ofThisMessage()) {
            since = failures++ == 0 ? Instant.now() : since;
            cause = failure.brief();
        }
    }

    synchronized void succeeded() {
        if (failures >= IN_A_ROW) {
            LOG.infof("event=messages-go-out-again role=notification kind=%s server=%s failures=%d", kind, server,
                    failures);
            said.clear();
        }
        failures = 0;
    }

    private void say(FailureCause failure, DueNotification due) {
        long now = System.nanoTime();
        said.values().removeIf(at -> now - at >= SAY_AGAIN);
        if (said.size() < MAX_CAUSES && said.putIfAbsent(failure.brief(), now) == null) {
            LOG.warnf(
                    "event=message-not-sent role=notification kind=%s server=%s%s attempt=%d cause=\"%s\" (said once an hour)",
                    kind, server, due.logIds(), due.attempts(), failure.text());
        }
    }
}
