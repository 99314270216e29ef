package io.payroute.notification;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.Config;

import io.payroute.platform.config.FirstSteps;
import io.quarkus.arc.Unremovable;

/** Where the mails are that the embedded mail server took. */
@ApplicationScoped
@Unremovable
class NotificationFirstSteps implements FirstSteps {

    private final Config config;

    NotificationFirstSteps(Config config) {
        this.config = config;
    }

    @Override
    public String role() {
        return NotificationRole.NAME;
    }

    @Override
    public String text(String http) {
        return "Read the mail curl '"
                + config.getValue("embedded.mail.url", String.class).replace("http://127.0.0.1", "localhost")
                + "/?to=u001@customers.test'\n";
    }
}
