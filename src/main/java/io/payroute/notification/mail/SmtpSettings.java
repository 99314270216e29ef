package io.payroute.notification.mail;

import java.time.Duration;
import java.util.Properties;

import org.apache.camel.util.TimeUtils;
import org.eclipse.microprofile.config.Config;

/**
 * The mail server.
 *
 * @param startTls {@code required}, {@code optional} or {@code disabled}
 * @param user null to send without authentication
 */
record SmtpSettings(String host, int port, String user, String password, String startTls, String from, Duration connectTimeout,
        Duration timeout) {

    private static final String PREFIX = "mail.smtp.";

    SmtpSettings {
        if (!startTls.matches("required|optional|disabled")) {
            throw new IllegalArgumentException("smtp.start-tls must be required, optional or disabled, not " + startTls);
        }
    }

    static SmtpSettings of(Config config) {
        boolean external = config.getOptionalValue("payroute.mode", String.class).orElse("embedded").equals("external");
        return new SmtpSettings(config.getValue("smtp.host", String.class), config.getValue("smtp.port", Integer.class),
                config.getOptionalValue("smtp.username", String.class).orElse(null),
                config.getOptionalValue("smtp.password", String.class).orElse(null),
                config.getOptionalValue("smtp.start-tls", String.class).orElse(external ? "required" : "disabled"),
                config.getValue("smtp.from", String.class), duration(config, "smtp.connect-timeout"),
                duration(config, "smtp.timeout"));
    }

    private static Duration duration(Config config, String key) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(config.getValue(key, String.class)));
    }

    Properties properties() {
        Properties properties = new Properties();
        properties.setProperty(PREFIX + "connectiontimeout", Long.toString(connectTimeout.toMillis()));
        properties.setProperty(PREFIX + "timeout", Long.toString(timeout.toMillis()));
        properties.setProperty(PREFIX + "writetimeout", Long.toString(timeout.toMillis()));
        properties.setProperty(PREFIX + "auth", Boolean.toString(user != null));
        properties.setProperty(PREFIX + "starttls.enable", Boolean.toString(!startTls.equals("disabled")));
        properties.setProperty(PREFIX + "starttls.required", Boolean.toString(startTls.equals("required")));
        // What EHLO says; without it, the machine's name is looked up.
        properties.setProperty(PREFIX + "localhost", domain(from));
        return properties;
    }

    /** The domain of an address such as {@code Payroute <no-reply@payroute.test>}. */
    static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1).replace(">", "").trim();
    }
}
