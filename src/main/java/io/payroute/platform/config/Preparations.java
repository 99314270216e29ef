package io.payroute.platform.config;

import java.util.List;

/**
 * What must be done before the first route starts, and mostly waits for a server. A bean of this type gives it; each task has a thread
 * of its own while Camel reads the routes.
 */
public interface Preparations {

    /** What happens in a start beside others. */
    interface Task {
        void run() throws Exception;
    }

    /** @return tasks none of which waits for another; one that fails stops the start */
    List<Task> tasks();
}
