package io.payroute.notification;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.main.events.BeforeInitialize;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.hook.HookThreads;
import io.quarkus.arc.Unremovable;

/**
 * The threads of the hook before a message: one that hangs holds no sender, and what it said by headers counts if it came in time.
 * The message is then sent by as many senders as without such a hook.
 */
@ApplicationScoped
@Unremovable
class NotificationHookThreads {

    private final ThreadPoolExecutor senders;
    private final HookThreads threads;

    NotificationHookThreads(@ConfigProperty(name = "notification.hook.threads") int threads,
            @ConfigProperty(name = "notification.hook.timeout") Duration timeout,
            @ConfigProperty(name = "notification.senders") int senders) {
        AtomicInteger names = new AtomicInteger();
        this.senders = new ThreadPoolExecutor(senders, senders, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "notification-sender-" + names.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        this.senders.allowCoreThreadTimeOut(true);
        this.threads = new HookThreads(NotificationRole.NAME, List.of(NotificationHooks.BEFORE_MESSAGE), threads, timeout,
                this.senders, true);
    }

    void register(@Observes BeforeInitialize starting) {
        register(starting.getCamelContext());
    }

    void register(CamelContext context) {
        threads.register(context);
    }

    @PreDestroy
    void close() {
        threads.close();
        senders.shutdownNow();
    }
}
