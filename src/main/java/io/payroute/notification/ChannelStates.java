package io.payroute.notification;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

/** How the mail server and the other services are doing, one state for each kind of message; and one for the hook before them. */
@Singleton
public class ChannelStates {

    private final Map<String, ChannelState> byKind = new ConcurrentHashMap<>();

    private final Supplier<String> mailServer;

    /** Its address is read when it is used: a process without the role need not know it. */
    @Inject
    ChannelStates(Config config) {
        this(() -> config.getValue("smtp.host", String.class) + ":" + config.getValue("smtp.port", String.class));
    }

    /** @param mailServer its name in the log */
    ChannelStates(String mailServer) {
        this(() -> mailServer);
    }

    private ChannelStates(Supplier<String> mailServer) {
        this.mailServer = mailServer;
    }

    ChannelState of(String kind) {
        return byKind.computeIfAbsent(kind,
                made -> new ChannelState(made, switch (made) {
                    case NewNotification.EMAIL -> mailServer.get();
                    case NewNotification.SMS -> "sms-sink";
                    case SendNotifications.HOOK -> SendNotifications.HOOK;
                    default -> Channels.ROUTE + made;
                }));
    }

    /** It is in the list only after it has failed. */
    void hookPassed() {
        ChannelState hook = byKind.get(SendNotifications.HOOK);
        if (hook != null) {
            hook.succeeded();
        }
    }

    Map<String, ChannelState> all() {
        return byKind;
    }
}
