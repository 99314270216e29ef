package io.payroute.payment.event;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What the sandbox signs its events with: the first configured secret or, in embedded mode, one that is made at every start. In
 * external mode there is none unless it is configured, and the sandbox's events are refused like everybody's without a secret.
 */
@ApplicationScoped
public class SandboxSecret {

    static final String KEY = "payment.provider.sandbox.webhook-secrets";

    private final List<String> secrets;

    SandboxSecret(@ConfigProperty(name = KEY) Optional<List<String>> configured,
            @ConfigProperty(name = "payroute.mode", defaultValue = "embedded") String mode) {
        this.secrets = configured.orElseGet(() -> mode.equals("embedded") ? List.of(random()) : List.of());
    }

    /** The secret to sign with; empty when there is none. */
    public Optional<String> value() {
        return secrets.stream().findFirst();
    }

    List<String> all() {
        return secrets;
    }

    private static String random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
