package io.payroute.crash;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.payroute.platform.Roles;
import io.payroute.testing.FreePorts;
import io.payroute.testing.RolesOn;
import io.payroute.testing.TokenKeyFile;

/** How the application is configured in the crash tests: as outside, but with waits that fit a test. */
final class ApplicationSettings {

    private ApplicationSettings() {
    }

    static Map<String, String> environment(TestBed servers) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", servers.kafka.address("embedded.kafka.bootstrap-servers"));
        for (String role : Roles.WITH_DATABASE) {
            String prefix = role.toUpperCase(Locale.ROOT) + "_JDBC_";
            environment.put(prefix + "URL", servers.postgres.address("embedded.postgres." + role + ".jdbc-url"));
            environment.put(prefix + "USERNAME", servers.postgres.address("embedded.postgres.username"));
            environment.put(prefix + "PASSWORD", servers.postgres.address("embedded.postgres.password"));
        }
        environment.put("USER_TOKEN_KEY_FILE", TokenKeyFile.in(Path.of("target/crash")).toString());
        environment.put("SMTP_HOST", "127.0.0.1");
        environment.put("SMTP_PORT", Integer.toString(servers.smtpPort()));
        environment.put("PAYROUTE_HTTP_TOKENS", "crash:" + ApplicationProcess.TOKEN);
        environment.put("HTTP_HOST", "127.0.0.1");
        return environment;
    }

    static Map<String, String> properties(int httpPort, int grpcPort) {
        Map<String, String> properties = new HashMap<>();
        properties.put("quarkus.http.port", Integer.toString(httpPort));
        properties.put("payroute.management.port", "0");
        properties.putAll(FreePorts.ofServices());
        properties.putAll(RolesOn.alone("payment", "notification"));
        properties.put("notification.grpc.listen", "127.0.0.1:" + grpcPort);
        properties.put("notification.grpc.address", "127.0.0.1:" + grpcPort);
        // All the load comes from one caller.
        properties.put("rate-limit.enabled", "false");
        properties.put("smtp.start-tls", "disabled");
        properties.put("smtp.timeout", "3s");
        // A provider that charges again when it is called again: nothing but our own care keeps a charge single.
        properties.put("payment.provider.sandbox.idempotent", "false");
        properties.put("payment.charge.lease", "8s");
        properties.put("payment.charge.retry-first", "100ms");
        properties.put("payment.unknown.query-schedule", "2s,1s");
        properties.put("payment.breaker.pause", "1s");
        properties.put("notification.lease", "8s");
        properties.put("notification.retry-first", "200ms");
        properties.put("notification.retry-max", "1s");
        // So often that a mail is not given up whose server fails at random; a few mails more are excused by its failures.
        properties.put("notification.unanswered-schedule", "500ms,500ms,1s,1s,1s,1s");
        // A caller of these tests is every user in one.
        properties.put("rate-limit.enabled", "false");
        // The provider tells of what it did, too: before its answer or after, some of it twice, some never.
        properties.put("payment.provider.sandbox.events.enabled", "true");
        properties.put("payment.provider.sandbox.events.delay-max", "300ms");
        properties.put("payment.provider.sandbox.events.duplicate-percent", "30");
        properties.put("payment.provider.sandbox.events.loss-percent", "30");
        properties.put("payment.provider-events.poll-interval", "200ms");
        properties.put("payment.provider-events.lease", "8s");
        properties.put("payment.provider-events.retry-first", "200ms");
        properties.put("payment.provider-events.retry-max", "1s");
        properties.put("webhook.secrets-key",
                Base64.getEncoder().encodeToString("crash-tests-crash-tests-crash-01".getBytes(StandardCharsets.US_ASCII)));
        properties.put("webhook.allow-http", "true");
        properties.put("webhook.allowed-addresses", "127.0.0.1/32");
        // So often that it is not given up because the machine is slow.
        properties.put("webhook.retry-schedule", "0s,300ms" + ",1s".repeat(28));
        properties.put("webhook.poll-interval", "200ms");
        properties.put("webhook.max-in-flight-per-endpoint", "16");
        properties.put("webhook.timeout", "2s");
        properties.put("webhook.lease", "8s");
        // The partitions of a killed process go to the next one at once instead of after its session.
        properties.put("camel.component.kafka.group-instance-id", "crash");
        return properties;
    }
}
