package io.payroute.platform.sql;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.internal.arjuna.utils.UuidProcessId;

import io.quarkus.runtime.StartupEvent;

/**
 * The transaction manager behind {@code jpa:} tells processes apart by a port that it opens for nothing else, with the first
 * transaction. A UUID does as well, and no port is open that nobody expects.
 */
@ApplicationScoped
class TransactionIds {

    void begin(@Observes StartupEvent start) {
        arjPropertyManager.getCoreEnvironmentBean().setProcessImplementationClassName(UuidProcessId.class.getName());
    }
}
