package io.payroute.platform.log;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Logger;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.quarkus.main.events.BeforeStart;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtHandler;

/** Puts {@link LogFormat} around the format of every handler, and {@link LogContext} around every log step, before a route runs. */
@ApplicationScoped
class Logs {

    void install(@Observes @Priority(-100) BeforeStart starting) {
        starting.getCamelContext().getCamelContextExtension().addLogListener(new LogContext());
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            wrap(handler);
        }
    }

    private static void wrap(Handler handler) {
        if (handler instanceof ExtHandler many) {
            for (Handler one : many.getHandlers()) {
                wrap(one);
            }
        }
        Formatter format = handler.getFormatter();
        if (format != null && !(format instanceof LogFormat)) {
            handler.setFormatter(new LogFormat(ExtFormatter.wrap(format, false)));
        }
    }
}
