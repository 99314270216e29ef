package io.payroute.platform.config;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import org.apache.camel.quarkus.main.events.BeforeInitialize;
import org.apache.camel.quarkus.main.events.BeforeStart;

/**
 * Has a start wait for servers where it needs them and no earlier: the {@link Preparations} go on beside it while Camel reads the
 * routes, and no route starts before they are done and the embedded servers, where there are any, are ready.
 */
@ApplicationScoped
class PreparedStart {

    private final List<FutureTask<Void>> tasks = new ArrayList<>();
    private final Instance<Preparations> preparations;

    PreparedStart(@Any Instance<Preparations> preparations) {
        this.preparations = preparations;
    }

    void begin(@Observes BeforeInitialize starting) {
        for (Preparations some : preparations) {
            some.tasks().forEach(this::begin);
        }
    }

    private void begin(Preparations.Task work) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            work.run();
            return null;
        });
        tasks.add(task);
        Thread thread = new Thread(task, "start-preparation");
        thread.setDaemon(true);
        thread.start();
    }

    void beforeRoutes(@Observes @Priority(1) BeforeStart starting) throws Exception {
        EmbeddedServersProcess.await(EmbeddedServersProcess.SERVERS);
        for (FutureTask<Void> task : tasks) {
            try {
                task.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }
}
