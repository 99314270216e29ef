package io.payroute.notification;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How the mail server and the other services are doing, one state for each kind of message; and one for the hook before them. */
@Singleton
public class ChannelStates {

    private final Map<String, ChannelState> byKind = new ConcurrentHashMap<>();

    private final String mailServer;

    /** Without a value where the role is off and the servers are elsewhere. */
    @Inject
    ChannelStates(@ConfigProperty(name = "smtp.host") Optional<String> host,
            @ConfigProperty(name = "smtp.port") Optional<String> port) {
        this(host.orElse("") + ":" + port.orElse(""));
    }

    /** @param mailServer its name in the log */
    ChannelStates(String mailServer) {
        this.mailServer = mailServer;
    }

    ChannelState of(String kind) {
        return byKind.computeIfAbsent(kind,
                made -> new ChannelState(made, switch (made) {
                    case NewNotification.EMAIL -> mailServer;
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
