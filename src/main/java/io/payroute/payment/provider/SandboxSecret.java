package io.payroute.payment.provider;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The secret that the sandbox signs its events with: the first that is configured, or one made up for this process. */
@ApplicationScoped
public class SandboxSecret {

    private final List<String> secrets;

    public SandboxSecret(@ConfigProperty(name = "payment.provider.sandbox.webhook-secrets") Optional<List<String>> configured) {
        this.secrets = configured.filter(list -> !list.isEmpty()).orElseGet(() -> List.of(random()));
    }

    /** All that are accepted. */
    public List<String> all() {
        return secrets;
    }

    /** The value of the header {@code Sandbox-Signature}. */
    String sign(byte[] body) {
        long now = Instant.now().getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secrets.get(0).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((now + ".").getBytes(StandardCharsets.UTF_8));
            return "t=" + now + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
