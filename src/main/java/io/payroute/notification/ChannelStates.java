package io.payroute.notification;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How the mail server and the SMS service are doing, one state for each kind of message. */
@Singleton
public class ChannelStates {

    private final Map<String, ChannelState> byKind = new ConcurrentHashMap<>();

    private final String mailServer;

    @Inject
    ChannelStates(@ConfigProperty(name = "smtp.host") String host, @ConfigProperty(name = "smtp.port") String port) {
        this(host + ":" + port);
    }

    /** @param mailServer its name in the log */
    ChannelStates(String mailServer) {
        this.mailServer = mailServer;
    }

    ChannelState of(String kind) {
        return byKind.computeIfAbsent(kind,
                made -> new ChannelState(made, made.equals(NewNotification.EMAIL) ? mailServer : "sms-sink"));
    }

    Map<String, ChannelState> all() {
        return byKind;
    }
}
