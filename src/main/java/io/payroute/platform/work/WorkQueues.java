package io.payroute.platform.work;

import java.util.Map;
import java.util.TreeMap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

/** The queues there are, by the names of their beans. One belongs to the role whose package its class is in. */
@ApplicationScoped
public class WorkQueues {

    private final Instance<WorkQueue<?>> queues;

    WorkQueues(@Any Instance<WorkQueue<?>> queues) {
        this.queues = queues;
    }

    /** @param role one that is on: the queues of another have no database, and must not be made */
    public Map<String, WorkQueue<?>> of(String role) {
        Map<String, WorkQueue<?>> found = new TreeMap<>();
        for (Instance.Handle<WorkQueue<?>> queue : queues.handles()) {
            if ((queue.getBean().getBeanClass().getPackageName() + ".").startsWith("io.payroute." + role + ".")) {
                found.put(queue.getBean().getName(), queue.get());
            }
        }
        return found;
    }
}
