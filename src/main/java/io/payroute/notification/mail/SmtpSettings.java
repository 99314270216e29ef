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
 * @param timeout for each answer but the last
 * @param answerTimeout for the answer to the whole mail
 * @param mailTimeout for everything before that answer
 */
record SmtpSettings(String host, int port, String user, String password, String startTls, String from, Duration connectTimeout,
        Duration timeout, Duration answerTimeout, Duration mailTimeout) {

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
                duration(config, "smtp.timeout"), duration(config, "smtp.answer-timeout"),
                // A sender begins in the first half of its lease, and renews the lease while it waits for the answer.
                duration(config, "notification.lease").dividedBy(2));
    }

    private static Duration duration(Config config, String key) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(config.getValue(key, String.class)));
    }

    Properties properties() {
        Properties properties = new Properties();
        properties.setProperty(PREFIX + "quitwait", "false");
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
